"""From a template and what a page shows to HTML, in the language of its reader."""

import gc
from collections.abc import Mapping
from functools import cache, cached_property, partial
from importlib.resources import files
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from shared.contracts.intake import document_url
from shared.http.problems import Problems
from shared.i18n import Language
from shared.pages import typography
from shared.pages.addresses import LANGUAGES, addresses
from shared.pages.assets import assets
from shared.pages.console import first_room_of, rooms_of
from shared.pages.speech import Words, country, printed

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
YOUNGEST = 0  # generation of the garbage collector
INTAKE = "/api/intake"  # where the gateway has the service that keeps documents
CAUTIOUS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Renderer:
    """The pages of one service: its templates and words, if it has any, and those of the kit."""

    def __init__(self, service: str, problems: Problems) -> None:
        self._environment = _templates_of(service)
        self._words = _words_of(service)
        self._problems = problems

    def html(self, template: str, language: Language, **shown: object) -> str:
        """Raises jinja2's UndefinedError for what the template needs and nobody gave."""
        page = self._environment.get_template(template).render({**self._spoken[language], **shown})
        gc.collect(YOUNGEST)  # a template's macros and its context hold one another, and the collector runs rarely
        return page

    def response(self, template: str, language: Language, status: int = 200, **shown: object) -> HTMLResponse:
        """The page, with the headers that keep it to itself."""
        headers = {**CAUTIOUS, "Content-Language": language}
        return HTMLResponse(self.html(template, language, **shown), status, headers)

    def phrase(self, key: str, language: Language, /, **values: object) -> str:
        return self._words.phrase(key, language, **values)

    def status(self, code: str) -> int:
        """The HTTP status with which a code is refused."""
        return self._problems[code].status

    def fault(self, code: str, language: Language) -> str:
        """What is wrong, and what helps: as a page says it, else as the problem document does."""
        if f"faults.{code}" in self._words.entries:
            return self._words.phrase(f"faults.{code}", language)
        if code in self._problems:
            return printed(self._problems[code], language)
        return self._words.phrase("faults.malformed", language)

    @cached_property
    def _spoken(self) -> Mapping[Language, Mapping[str, Any]]:
        return {language: self._in(language) for language in LANGUAGES}

    def _in(self, language: Language) -> Mapping[str, Any]:
        """What every template may say and name, in one language."""
        paths = {name: address.template(language) for name, address in addresses().items()}
        return {
            "lang": language,
            "speaking": lambda spoken: self._spoken[spoken],
            "other": next(other for other in LANGUAGES if other != language),
            "t": lambda key, /, **values: self._words.phrase(key, language, **values),
            "has_text": self._words.entries.__contains__,
            "printed": lambda text: printed(text, language),
            "to": lambda name, **ids: paths[name].format_map(ids),
            "opened_at": partial(document_url, INTAKE),
            "fault": lambda code: self.fault(code, language),
            "rooms_of": rooms_of,
            "first_room_of": first_room_of,
            "asset": assets().address,
            "country": partial(_in, country, language),
            "day": partial(_in, typography.day, language),
            "time": partial(_in, typography.time, language),
            "number": partial(_in, typography.number, language),
            "percent": partial(_in, typography.percent, language),
            "size": partial(_in, typography.size, language),
        }


@cache
def _templates_of(service: str) -> Environment:
    with_templates = [name for name in (f"services.{service}", "shared.pages") if (files(name) / "templates").is_dir()]
    return Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in with_templates]),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _words_of(service: str) -> Words:
    return Words("shared.pages", f"services.{service}.catalogue")


def _in(write: Any, language: Language, value: Any) -> str:
    written: str = write(value, language)
    return written
