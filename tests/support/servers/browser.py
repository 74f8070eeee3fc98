"""A browser without script: it opens pages as somebody who is signed in, fills their forms and sends them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from uuid import uuid4

import httpx
from bs4 import BeautifulSoup, Tag

from shared.clock import now
from shared.http.session.session import FRESH_FOR, LASTS_FOR, Session, Sessions

Values = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class Shown:
    """A page as it is shown; who only opens it does not wait until it is read."""

    browser: "Browser"
    answer: httpx.Response

    @cached_property
    def html(self) -> BeautifulSoup:
        return BeautifulSoup(self.answer.text, "html.parser")

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def path(self) -> str:
        return self.answer.url.path

    def text(self, selector: str = "main") -> str:
        """What stands there, with single spaces."""
        return " ".join(part.get_text(" ", strip=True) for part in self.html.select(selector)).replace("\u00a0", " ")

    def faults(self) -> list[str]:
        """The entries of the error summary."""
        return [entry.get_text(" ", strip=True) for entry in self.html.select("#errors li")]

    async def follow(self, selector: str) -> "Shown":
        """The page to which a link there leads."""
        found = self.html.select_one(selector)
        assert found, f"no {selector} on {self.answer.url}"
        return await self.browser.opens(str(self.answer.url.join(str(found["href"]))))

    def filled(self, act: str = "") -> dict[str, list[str]]:
        """The fields of a form as they stand, hidden ones with them; `act` names one of several."""
        found: dict[str, list[str]] = {}
        for control in self._form(act).select("input[name], textarea[name], select[name]"):
            for value in _values(control):
                found.setdefault(str(control["name"]), []).append(value)
        return found

    async def send(self, act: str = "", **changed: str | tuple[str, ...]) -> "Shown":
        """Sends a form with some fields changed; a name has `__` for each dot. Follows to where that leads."""
        fields = self.filled(act)
        for name, value in changed.items():
            fields[name.replace("__", ".")] = [value] if isinstance(value, str) else [*value]
        action = self._form(act).get("action") or str(self.answer.url)
        return await self.browser.sends(str(self.answer.url.join(str(action))), fields)

    async def look_ahead(self, act: str = "", **changed: str | tuple[str, ...]) -> "Shown":
        """Sends a form to see what it would lead to."""
        return await self.send(act, **changed, **{"form-look": "1"})

    async def send_file(self, name: str, content: bytes, **changed: str) -> "Shown":
        """Sends the form with a file of this name, as a browser does: its fields first."""
        [form] = self.html.select("main form[enctype='multipart/form-data']")
        fields = {key: values for key, values in self.filled().items() if key != "file"} | {
            key: [value] for key, value in changed.items()
        }
        return await self.browser.sends(str(self.answer.url.join(str(form["action"]))), fields, (name, content))

    def _form(self, act: str) -> Tag:
        for form in self.html.select("main form[method=post]:has(input[name=form-key])"):
            named = form.select_one("input[name=form-act]")
            if (named["value"] if named else "") == act:
                return form
        raise AssertionError(f"no form {act!r} on {self.answer.url}")


def _values(control: Tag) -> list[str]:
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n")]
    if control.name == "select":
        return [str(option.get("value", "")) for option in control.select("option[selected]")]
    if control.get("type") in {"checkbox", "radio"}:
        return [str(control.get("value", "on"))] if control.has_attr("checked") else []
    return [str(control.get("value", ""))]


@dataclass(frozen=True)
class Browser:
    """One person at one browser; `language` is what it asks for where an address names none."""

    http: httpx.AsyncClient
    headers: Mapping[str, str] = field(default_factory=dict)

    async def opens(self, path: str) -> Shown:
        return await self._led(await self.http.get(path, headers=self.headers))

    async def sends(self, url: str, fields: Mapping[str, list[str]], file: tuple[str, bytes] | None = None) -> Shown:
        """Sends fields, and after them a file."""
        files = {"file": file} if file else None
        return await self._led(await self.http.post(url, data=dict(fields), files=files, headers=self.headers))

    async def _led(self, answer: httpx.Response) -> Shown:
        """The page to which an answer leads, with the cookie that httpx would drop on the way."""
        while answer.has_redirect_location:
            answer = await self.http.get(answer.url.join(answer.headers["location"]), headers=self.headers)
        return Shown(self, answer)


def signed_in(
    http: httpx.AsyncClient,
    sessions: Sessions,
    subject: str,
    *roles: str,
    issuer: str,
    name: str = "Sam Roy",
) -> Browser:
    """The browser of somebody who has just signed in; `subject` is the user reference number."""
    at = now()
    session = Session(
        id=str(uuid4()),
        subject=subject,
        name=name,
        roles=roles,
        issuer=issuer,
        fresh_until=at + FRESH_FOR,
        ends_at=at + LASTS_FOR - timedelta(seconds=1),
    )
    cookie = f"{sessions.cookie}={sessions.seal.close(session)}"
    return Browser(http, {"Cookie": cookie, "Origin": sessions.origin, "Accept": "text/html"})


def speaking_for(browser: Browser, sessions: Sessions, administration: str) -> Browser:
    """The same person, as somebody of a foreign administration."""
    return _with_session(browser, sessions, administration=administration)


def signed_in_before(browser: Browser, sessions: Sessions, ago: timedelta, refresh_token: str | None = None) -> Browser:
    """The same person, who signed in by so much earlier."""
    session = session_of(browser, sessions)
    times = {"fresh_until": session.fresh_until - ago, "ends_at": session.ends_at - ago}
    return _with_session(browser, sessions, **times, refresh_token=refresh_token)


def session_of(browser: Browser, sessions: Sessions) -> Session:
    session = sessions.seal.open(browser.headers["Cookie"].partition("=")[2], Session)
    assert session
    return session


def _with_session(browser: Browser, sessions: Sessions, **changes: object) -> Browser:
    session = session_of(browser, sessions).model_copy(update=changes)
    cookie = f"{sessions.cookie}={sessions.seal.close(session)}"
    return replace(browser, headers={**browser.headers, "Cookie": cookie})
