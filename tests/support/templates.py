"""Templates as data: what each says, where it leads, and what stands in it that belongs into the words."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import ChoiceLoader, DictLoader, Environment, nodes

from shared.pages.rendering import Renderer
from tests.support.source import ROOT, SERVICES

KIT = ROOT / "shared/pages/templates"
TEMPLATES = sorted([*KIT.glob("*.html"), *(ROOT / "services").glob("*/templates/**/*.html")])
READ_ALOUD = {"aria-label", "title", "alt", "placeholder", "aria-description"}
CAREFUL = {
    "a style of its own": r"\sstyle=|<style",
    "a script of its own": r"\son\w+=|<script(?! type=\"module\" src=)|javascript:",
    "markup that is trusted": r"\|\s*safe\b|Markup|autoescape",
    "another site": r"(?:src|href|action)=\"(?:https?:)?//",
}
_SYNTAX = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_IN_A_TAG = re.compile(r"[\w-]+=\"[^\"]*\"|(?<!\S)/[\w/-]+")  # what a part gives to the tag around it


def service_of(template: Path) -> str | None:
    """The service whose template it is; None for one of the kit."""
    return next((name for name in SERVICES if name in template.parts), None)


@cache
def parsed(template: Path) -> nodes.Template:
    return _SYNTAX.parse(template.read_text("utf-8"))


def give(renderer: Renderer, name: str, source: str) -> None:
    """Has this renderer, and no other of its service, find one more template."""
    environment = renderer._environment.overlay()  # noqa: SLF001 - no service has this page
    assert environment.loader
    environment.loader = ChoiceLoader([DictLoader({name: source}), environment.loader])
    renderer._environment = environment  # noqa: SLF001


def calls(template: Path, function: str) -> Iterator[nodes.Call]:
    """Every call of one of the functions that templates have."""
    for call in parsed(template).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == function:
            yield call


def given(call: nodes.Call) -> set[str]:
    """The names of the values that a call gives."""
    return {keyword.key for keyword in call.kwargs}


def patterns(expression: nodes.Node) -> Iterator[str]:
    """The names that an expression may stand for, each as a regular expression."""
    match expression:
        case nodes.Const(value=str(text)):
            yield re.escape(text)
        case nodes.Concat(nodes=parts):
            yield "".join(re.escape(part.value) if isinstance(part, nodes.Const) else r"[\w.]+" for part in parts)
        case nodes.CondExpr(expr1=first, expr2=nodes.Node() as second):
            yield from patterns(first)
            yield from patterns(second)
        case _:
            yield r"[\w.]+"


def flaws(source: str) -> list[str]:
    """What a template must not hold: texts of its own, and what the policy of our pages forbids."""
    data = "".join(value if kind == "data" else " " for _, kind, value in _SYNTAX.lex(source) if _is_shown(kind))
    own = _Texts()
    own.feed(data)
    forbidden = [flaw for flaw, pattern in CAREFUL.items() if re.search(pattern, source)]
    return [f"the text {text!r}" for text in own.found] + forbidden


def _is_shown(kind: str) -> bool:
    return kind in {"data", "variable_end", "block_end"}


class _Texts(HTMLParser):
    """Letters that a reader would see or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self._keep(_IN_A_TAG.sub("", data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as HTMLParser calls it
        for name, value in attrs:
            if name in READ_ALOUD:
                self._keep(value or "")

    def _keep(self, text: str) -> None:
        if re.search(r"[^\W\d_]", text):
            self.found.append(" ".join(text.split()))
