"""The page on which people choose who they are, in both languages."""

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from deploy.local.people import Sample
from shared.i18n import Language, negotiate, pick
from shared.pages.speech import Words

TRADER = "trader"
BUTTON = Template(
    '<li><button class="person" name="subject" value="$subject"><span>$name</span><span>$about</span></button></li>'
)
ERROR = Template('<p class="error" id="name-error"><strong>$mark</strong> $text</p>')


def language_of(asked: QueryParams, accept_language: str | None) -> Language:
    """The first of `ui_locales` that is one of ours, else the language that the browser prefers."""
    return negotiate(asked.get("ui_locales", "").replace(" ", ",") or accept_language)


def choosing(asked: QueryParams, people: Sequence[Sample], language: Language, *, nameless: bool = False) -> str:
    """The page; `nameless` when somebody new has typed no name."""
    other: Language = "en" if language == "fr" else "fr"
    words = _words()
    texts = {key.replace(".", "_"): words.phrase(key, language) for key in words.entries if not key.startswith("role.")}
    filled = {name: escape(text) for name, text in texts.items()}
    mark, text = filled.pop("error_mark"), filled.pop("error_text")
    return _file("choosing.html").substitute(
        filled,
        lang=language,
        other=other,
        in_other=escape("/authorize?" + urlencode({**asked, "ui_locales": other})),
        people="\n".join(_button(sample, language) for sample in people),
        error=ERROR.substitute(mark=mark, text=text) if nameless else "",
        described=' aria-invalid="true" aria-describedby="name-error"' if nameless else "",
    )


def refusing(language: Language, portal: str) -> str:
    """The page for a request that the portal has not made."""
    keys = {"issuer": "choosing.issuer", **{part: f"refused.{part}" for part in ("title", "text", "onward")}}
    texts = {name: escape(_words().phrase(key, language)) for name, key in keys.items()}
    return _file("refusing.html").substitute(texts, lang=language, portal=escape(f"{portal}/{language}"))


def style() -> str:
    return (files(__package__) / "style.css").read_text("utf-8")


def _button(sample: Sample, language: Language) -> str:
    role = sample.roles[0] if sample.roles else TRADER
    about = pick(sample.about, language) if sample.about else _words().phrase(f"role.{role}", language)
    return BUTTON.substitute(subject=escape(sample.subject), name=escape(sample.name), about=escape(about))


@cache
def _words() -> Words:
    return Words(str(__package__))


@cache
def _file(name: str) -> Template:
    return Template((files(__package__) / name).read_text("utf-8"))
