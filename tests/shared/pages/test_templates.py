"""Every template of the kit and of services: what it says stands in the words, where it leads in the table."""

import re
from functools import cache
from pathlib import Path

import pytest

from shared.pages.addresses import addresses
from shared.pages.speech import Counted, Words
from tests.support.source import ROOT, SERVICES
from tests.support.templates import TEMPLATES, calls, flaws, given, patterns, service_of

MOST_LINES = 120
VALUE = re.compile(r"\{(\w+)\}")
POSTED = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)
UNADDRESSED = re.compile(r'<form method="post"(?![^>]* action=)[^>]*>')
OPEN_BEFORE = re.compile(r'<details class="ask"(?!>|\{% if \w+\.faults %\} open\{% endif %\}>).*')
NOTHING_TO_REPEAT = {"again.html", "base.html", "draft.html"}  # the key of before, signing out, what is only forgotten
EACH = pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))


@cache
def words_of(service: str | None) -> Words:
    """Those of a service; the kit speaks the words of every one."""
    return Words("shared.pages", *(f"services.{name}.catalogue" for name in ([service] if service else SERVICES)))


def values_of(words: Words, key: str) -> set[str]:
    """The names of the values that a text asks for."""
    entry = words.entries[key]
    texts = [entry.en.other, entry.fr.other] if isinstance(entry, Counted) else [entry.en, entry.fr]
    return {value for text in texts for value in VALUE.findall(text)} | ({"n"} if isinstance(entry, Counted) else set())


@EACH
def test_every_key_stands_in_the_words_and_has_its_values(template: Path) -> None:
    words = words_of(service_of(template))
    for call in calls(template, "t"):
        for pattern in patterns(call.args[0]):
            keys = [key for key in words.entries if re.fullmatch(pattern, key)]
            assert keys, f"line {call.lineno}: no words {pattern}"
            if len(keys) == 1 and not call.dyn_kwargs:
                assert values_of(words, keys[0]) <= given(call), f"line {call.lineno}: {keys[0]}"


@EACH
def test_wherever_it_leads_stands_in_the_table_of_addresses(template: Path) -> None:
    for call in calls(template, "to"):
        for pattern in patterns(call.args[0]):
            names = [name for name in addresses() if re.fullmatch(pattern, name)]
            assert names, f"line {call.lineno}: no page {pattern}"
            if len(names) == 1 and not call.dyn_kwargs:
                assert set(VALUE.findall(addresses()[names[0]].paths.en)) <= given(call), f"line {call.lineno}"


@EACH
def test_it_holds_no_text_and_nothing_that_our_policy_forbids(template: Path) -> None:
    source = template.read_text("utf-8")
    assert flaws(source) == []
    assert len(source.splitlines()) <= MOST_LINES


def without_key(source: str) -> list[str]:
    """The forms of a template that would be done twice if they were sent twice."""
    return [form for form in POSTED.findall(source) if "begin(" not in form]


@EACH
def test_whatever_its_forms_do_is_done_once(template: Path) -> None:
    assert bool(without_key(template.read_text("utf-8"))) == (template.name in NOTHING_TO_REPEAT)


@EACH
def test_its_forms_are_sent_to_an_address_without_the_fragment_that_a_browser_keeps(template: Path) -> None:
    """The gateway also shows again.html, in place of a page whose address is known to the browser alone."""
    assert bool(UNADDRESSED.findall(template.read_text("utf-8"))) == (template.name == "again.html")


@EACH
def test_what_asks_once_is_closed_until_it_is_asked_or_refused(template: Path) -> None:
    assert OPEN_BEFORE.findall(template.read_text("utf-8")) == []


def test_a_form_without_an_address_is_found() -> None:
    assert UNADDRESSED.findall('<form method="post" class="a"><form method="post" class="a" action="b">') == [
        '<form method="post" class="a">'
    ]


def test_a_form_without_a_key_is_found() -> None:
    assert without_key('<form method="post">{{ fields.begin(form) }}</form><form method="post"><button></form>') == [
        '<form method="post"><button></form>'
    ]


@pytest.mark.parametrize(
    ("source", "flaw"),
    [
        ("<p>{{ t('form.save') }} now</p>", "the text 'now'"),
        ('<a title="Go" href="/en">{{ name }}</a>', "the text 'Go'"),
        ('<p style="color: red"></p>', "a style of its own"),
        ('<button onclick="send()"></button>', "a script of its own"),
        ("{{ text | safe }}", "markup that is trusted"),
        ('<img src="https://elsewhere.example/a.png" alt="">', "another site"),
    ],
)
def test_a_seeded_slip_is_found(source: str, flaw: str) -> None:
    assert flaws(source) == [flaw]


def test_templates_are_found() -> None:
    assert {"base.html", "form.html", "start.html"} <= {template.name for template in TEMPLATES}
