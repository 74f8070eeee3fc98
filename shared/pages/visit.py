"""One visit of a page: who came, in which language, and how the page is shown or left."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request as HttpRequest
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.http.call import Call
from shared.http.language import language_of
from shared.http.session.session import Session
from shared.http.state import ServiceState
from shared.i18n import Language
from shared.pages.addresses import LANGUAGES, Address, addresses
from shared.pages.rendering import Renderer

SEE_OTHER = 303


@dataclass(frozen=True)
class Visit:
    """A page that somebody has asked for. `session` is None where nobody is signed in."""

    http: HttpRequest
    address: Address
    session: Session | None

    @property
    def language(self) -> Language:
        return language_of(self.http)

    @property
    def renderer(self) -> Renderer:
        found: Renderer = ServiceState.of(self.http.app).pages
        return found

    def show(self, template: str, status: int = 200, **shown: object) -> HTMLResponse:
        """The page from a template; `itself` is where its forms are sent, without the fragment that a browser keeps."""
        ids, is_asked_for = self.http.path_params, self.http.method == "GET"
        query = f"?{self.http.url.query}" if self.http.url.query else ""
        asked = query if is_asked_for else ""
        frame = {
            "page": self.address.name,
            "ids": ids,
            "here": {language: self.address.path(language, **ids) + asked for language in LANGUAGES},
            "itself": self.address.path(self.language, **ids) + query,
            "session": self.session,
            "done": self.http.query_params.get("done") if is_asked_for else None,
        }
        return self.renderer.response(template, self.language, status, **frame, **shown)

    def leave(
        self,
        name: str,
        *,
        done: str | None = None,
        query: Mapping[str, str] | None = None,
        at: str | None = None,
        **ids: object,
    ) -> RedirectResponse:
        """On to another page, or to this one anew, after something was done.

        `done` is what was, as a key of words; `query` is what else the page is asked with; `at` is its part that gets
        the focus.
        """
        path = addresses()[name].path(self.language, **{**self.http.path_params, **ids})
        asked = urlencode({**({"done": done} if done else {}), **(query or {})})
        return RedirectResponse(path + (f"?{asked}" if asked else "") + (f"#{at}" if at else ""), SEE_OTHER)


@dataclass(frozen=True)
class SignedVisit(Visit):
    """A visit by somebody who is signed in, and the call that it makes."""

    session: Session
    call: Call
