"""A package as people read it: nothing of it is left out, and what differs between two is shown, and nothing else."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.views.submissions import prepared
from shared.contracts.intake import ApplicationSubmitted
from shared.errors import Refused
from shared.http.problems import load
from shared.i18n import Language
from shared.pages.rendering import Renderer
from shared.pages.sheet import Item, Part, Sheet, compared
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    COMPANIES,
    company_after,
    company_in,
    reply,
    submit,
)
from tests.support.builders.packages import divisions, package
from tests.support.builders.review_messages import QUESTION

RENDERER = Renderer("intake", load("services.intake"))
KEYS = st.text("abc", min_size=1, max_size=2)
LINES = st.lists(st.text("xyz", min_size=1, max_size=3), min_size=1, max_size=2).map(tuple)
ITEMS = st.dictionaries(KEYS, LINES, max_size=4).map(
    lambda found: tuple(Item(key, f"label {key}", lines) for key, lines in found.items())
)
PARTS = st.dictionaries(KEYS, ITEMS, max_size=3).map(
    lambda found: tuple(Part(key, f"title {key}", items) for key, items in found.items())
)


def sheet(language: Language) -> Sheet:
    return Sheet(CATALOGUE, language, RENDERER.phrase, {QUESTION: "Who signed the statement?"})


def written(parts: Iterable[Part]) -> str:
    return "\n".join(line for part in parts for item in part.items for line in (item.label, *item.lines))


def places(parts: Iterable[Part]) -> dict[tuple[str, str], str]:
    """What stands in every place."""
    return {(part.title, item.label): "\n".join(item.lines) for part in parts for item in part.items}


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
def test_whatever_a_package_has_is_read(language: Language) -> None:
    submitted = package()
    read = written(sheet(language).parts(submitted))
    typed = [
        submitted.profile.legal_name,
        submitted.profile.business_number,
        submitted.profile.contact.email,
        *(address for division in submitted.divisions for address in division.address.lines),
        *(answer.text for division in submitted.divisions for answer in division.answers),
        *(document.name for document in submitted.documents),
    ]
    assert [text for text in typed if text not in read] == []
    asked = {question.id: getattr(question.text, language) for question in CATALOGUE.questions}
    assert [given.question_id for given in submitted.eligibility if asked[given.question_id] not in read] == []


def test_days_numbers_and_yes_are_written_in_the_readers_language() -> None:
    parts = {part.key: part for part in sheet("fr").parts(package())}
    answers = {item.key: item.lines[0] for item in parts["questions"].items}
    assert (answers["carm_registered"], answers["insolvent"]) == ("Oui", "Non")
    assert answers["movements_12_months"] == "240"
    assert "\u00a0" in answers["last_movement_on"]


def test_a_reply_stands_below_its_question() -> None:
    replied, _ = company_after([reply("The president did.")], company_in("returned"))
    parts = {part.key: part for part in sheet("fr").parts(prepared(replied, AT.date(), CATALOGUE))}
    [item] = parts["replies"].items
    assert (item.label, item.lines) == ("Who signed the statement?", ("The president did.",))


# --- what is about to be submitted ----------------------------------------------------------------


def test_what_the_owner_reads_before_signing_is_what_is_then_published() -> None:
    company = company_in("complete")
    read = prepared(company, AT.date(), CATALOGUE)
    after, facts = company_after([submit()], company)
    published = [message for fact in facts if (message := COMPANIES.publish(fact, after))]
    [body] = [message.body for message in published if message.topic == ApplicationSubmitted.TOPIC]
    assert body
    whole = ApplicationSubmitted.model_validate_json(body)
    assert read.model_dump() == whole.model_dump(include=set(type(read).model_fields))


@pytest.mark.parametrize(
    ("life", "code"), [("registered", "incomplete"), ("under_review", "application_open"), ("member", "already_member")]
)
def test_what_cannot_be_submitted_has_its_reason(life: str, code: str) -> None:
    with pytest.raises(Refused, match=f"^{code}$"):
        prepared(company_in(life), AT.date(), CATALOGUE)


# --- comparing ------------------------------------------------------------------------------------


@given(before=PARTS, after=PARTS)
def test_every_difference_is_shown_once_and_nothing_else(before: tuple[Part, ...], after: tuple[Part, ...]) -> None:
    old, new = places(before), places(after)
    shown = [
        ((part.title, change.label), change.before, change.after)
        for part in compared(before, after)
        for change in part.changes
    ]
    differing = {place for place in old.keys() | new.keys() if old.get(place) != new.get(place)}
    assert {place for place, *_ in shown} == differing
    assert len(shown) == len(differing)
    assert all((old.get(place, ""), new.get(place, "")) == (was, now) for place, was, now in shown)


@given(before=PARTS, after=PARTS)
def test_read_backwards_it_is_the_opposite(before: tuple[Part, ...], after: tuple[Part, ...]) -> None:
    def changes(old: tuple[Part, ...], new: tuple[Part, ...]) -> set[tuple[str, str, str, str]]:
        return {(part.title, *change) for part in compared(old, new) for change in part.changes}

    assert changes(before, after) == {(title, label, new, old) for title, label, old, new in changes(after, before)}


def test_one_answer_is_one_change() -> None:
    before = package()
    yard, terminal = divisions()
    first, *rest = yard.answers
    changed = yard.model_copy(update={"answers": (first.model_copy(update={"text": "A new fence."}), *rest)})
    after = package(divisions=(changed, terminal))
    [part] = compared(sheet("en").parts(before), sheet("en").parts(after))
    [change] = part.changes
    assert part.title == yard.name
    assert change.label.startswith(first.requirement_id)
    assert "A new fence." in change.after
    assert first.text in change.before


def test_a_division_that_is_only_renamed_is_a_change() -> None:
    yard, terminal = divisions()
    after = package(divisions=(yard.model_copy(update={"name": "North yard"}), terminal))
    changed = compared(sheet("en").parts(package()), sheet("en").parts(after))
    yard_part = next(part for part in changed if part.key == f"division-{yard.division_id}")
    assert [(change.before, change.after) for change in yard_part.changes] == [(yard.name, "North yard")]
