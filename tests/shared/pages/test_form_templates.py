"""What forms show of what people type: in both languages, and never as markup."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from shared.http.problems import Problem, load
from shared.i18n import Language
from shared.pages.forms import Filled, Sent
from shared.pages.rendering import Renderer

INTAKE = Renderer("intake", load("services.intake"))
LANGUAGES = get_args(Language)
HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>{{ 7 * 7 }}"
FIELDS = ("legal_name", "operating_name", "address.city")
AT = datetime(2026, 11, 30, 19, 3, tzinfo=UTC)
CONTROLS = """{% import "form.html" as fields with context %}
{{ fields.begin(form, form.act) }}{{ fields.summary(form) }}{{ fields.text(form, "legal_name", hint=hostile) }}
{{ fields.area(form, "legal_name") }}{{ fields.select(form, "legal_name", [(hostile, hostile)]) }}
{{ fields.radios(form, "legal_name", [(hostile, hostile)]) }}
{{ fields.checkboxes(form, "legal_name", [(hostile, hostile)]) }}"""
DRAFT = """{% import "draft.html" as draft with context %}
{{ draft.notice(form, labels={"operating_name": hostile}, act=hostile) }}{{ draft.later() }}"""


def rendered(template: str, language: Language, **shown: Any) -> str:
    environment, spoken = INTAKE._environment, INTAKE._spoken[language]  # noqa: SLF001 - parts of pages, not pages
    return environment.from_string(template).render({**spoken, "hostile": HOSTILE, "itself": "/", **shown})


def hostile_form(**changes: Any) -> Filled:
    values = dict.fromkeys(FIELDS, (HOSTILE,))
    return Filled(values, dict.fromkeys(FIELDS, "missing"), key=HOSTILE, act=HOSTILE, seen=HOSTILE, **changes)


def problem(code: str, status: int) -> Problem:
    return Problem(type="urn:x", title=HOSTILE, status=status, code=code, correlation="c1")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", [CONTROLS, DRAFT])
def test_what_is_typed_is_never_markup(template: str, language: Language) -> None:
    form = hostile_form(theirs=dict.fromkeys(FIELDS, (HOSTILE,)), kept_at=AT)
    html = rendered(template, language, form=form)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "49" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_could_not_be_sent_is_sent_again_from_its_page(language: Language) -> None:
    sent = Sent("profile", {}, {"legal_name": (HOSTILE, "second\nline")}, {"form-key": (HOSTILE,)})
    shown = {"problem": problem("unavailable", 503), "sent": sent, "with_file": False}
    html = INTAKE.html("again.html", language, **shown)
    assert html.count('type="hidden" name="legal_name"') == 2
    assert 'value="second\nline"' in html
    assert "<script>" not in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("with_file", [True, False])
def test_a_file_is_chosen_again_and_the_page_asks_for_it(language: Language, *, with_file: bool) -> None:
    sent = Sent("upload", {}, {"kind": ("site_plan",)}, {})
    file = {"en": "the file again", "fr": "de nouveau le fichier"}[language]
    shown = {"sent": sent, "with_file": with_file, "way_in": "/session/sign-in?then=%2Fen", "goes_on": False}
    again = INTAKE.html("again.html", language, problem=problem("unavailable", 503), **shown)
    kept = INTAKE.html("kept.html", language, problem=problem("session_over", 401), **shown)
    assert ((file in again), ("/session/sign-in?then=" in kept)) == (with_file, True)
    assert ({"en": "the file again", "fr": "le fichier de nouveau"}[language] in kept) == with_file


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "What you typed on November 30, 2026 at 2:03 p.m. is shown here. It is not sent yet."),
        ("fr", "Ce que vous avez saisi le 30 novembre 2026 à 14 h 03 est affiché ici."),
    ],
)
def test_a_draft_names_the_moment_at_which_it_was_typed(language: Language, expected: str) -> None:
    html = rendered(DRAFT, language, form=Filled({}, kept_at=AT))
    assert expected in html.replace("\u00a0", " ")


@pytest.mark.parametrize(("language", "nothing", "yes"), [("en", "nothing", "Yes"), ("fr", "rien", "Oui")])
def test_both_versions_of_a_field_are_shown_in_words(language: Language, nothing: str, yes: str) -> None:
    form = Filled({"operating_name": ("true",)}, theirs={"operating_name": ("",)})
    html = " ".join(rendered(DRAFT, language, form=form).replace("\u00a0", " ").split())
    assert f"<dd>{nothing}</dd>" in html
    assert f"<dd>{yes}</dd>" in html


def test_a_fault_without_a_label_is_one_of_the_form_as_a_whole() -> None:
    html = rendered(CONTROLS, "en", form=Filled({}, {"attestation.text_version": "text_version_outdated"}))
    assert 'href="#attestation-text_version"' not in html
    assert INTAKE.fault("text_version_outdated", "en") in html.replace("&#39;", "'")
