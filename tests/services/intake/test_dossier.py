"""The dossier as its pages show it: what lacks something, what is next, and what is chosen; in both languages."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.company.divisions import ChangeDivision
from services.intake.pages.application import all_fields, expected, part_of, put_together
from services.intake.pages.requirement import chosen
from services.intake.views.divisions import SecurityProfile, answers_lost, lines_to_choose, security_profile
from services.intake.views.documents import documents, evidence_for
from services.intake.views.eligibility import application_profile
from shared.errors import Refused
from shared.pages.forms import KEY, SEEN, Filled, Sent
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    answer_question,
    asked,
    company_after,
    company_in,
    file,
    note_advice,
    site_of,
)
from tests.support.builders.packages import COMPANY, TERMINAL, YARD, division, document, evidence_of

TODAY = AT.date()
COMPLETE = company_in("complete")
WHOLE = security_profile(COMPLETE, CATALOGUE)
FIRST = CATALOGUE.requirements[0].id

# --- the security profile -------------------------------------------------------------------------


def lacking(at: set[int], profile: SecurityProfile = WHOLE) -> SecurityProfile:
    """The profile, with an answer missing at these places."""
    tasks = iter(
        replace(task, answer=None, lack="answer_required") if place in at else task
        for place, task in enumerate(profile.tasks)
    )
    views = tuple(
        replace(view, areas=tuple(replace(area, tasks=tuple(next(tasks) for _ in area.tasks)) for area in view.areas))
        for view in profile.divisions
    )
    return replace(profile, divisions=views)


SMALL = replace(
    WHOLE,
    divisions=tuple(
        replace(view, areas=tuple(replace(area, tasks=area.tasks[:2]) for area in view.areas[:2]))
        for view in WHOLE.divisions
    ),
)
PLACES = st.integers(0, len(SMALL.tasks) - 1)


@given(st.sets(PLACES), PLACES)
def test_who_goes_on_and_on_answers_everything_once(left_open: set[int], start: int) -> None:
    left, visited, at = left_open - {start}, [], start
    names = [task.id for task in SMALL.tasks]
    while following := lacking(left, SMALL).next_lacking(SMALL.tasks[at]):
        at = names.index(following.id)
        visited.append(at)
        left = left - {at}
    assert visited == sorted(left_open - {start}, key=lambda place: (place < start, place))


def test_what_still_lacks_something_is_next_to_itself() -> None:
    only = lacking({5})
    assert only.next_lacking(only.tasks[5]) == only.tasks[5]
    assert WHOLE.next_lacking(WHOLE.tasks[5]) is None


def test_divisions_are_counted_area_by_area() -> None:
    partly = lacking({0, 1, 60})
    assert [(view.done, len(view.tasks)) for view in partly.divisions] == [(52, 54), (53, 54)]
    assert [(area.id, area.done, len(area.tasks)) for area in partly.divisions[0].areas] == [
        ("corporate", 19, 21),
        ("cargo_conveyance", 13, 13),
        ("physical", 12, 12),
        ("partners", 8, 8),
    ]


def test_a_requirement_is_alike_in_the_other_divisions() -> None:
    task = WHOLE.task(YARD, FIRST)
    assert [other.id for other in WHOLE.alike(task)] == [(TERMINAL, FIRST)]


def test_the_same_answer_is_for_those_that_are_ticked_or_have_none() -> None:
    third = uuid5(COMPANY, "third")
    task = replace(WHOLE.task(TERMINAL, FIRST), division=division(third, "Guelph depot", "2 Lock Lane"), answer=None)
    alike = (*WHOLE.alike(WHOLE.task(YARD, FIRST)), task)
    assert [other.id[0] for other in chosen((str(TERMINAL),), alike)] == [TERMINAL]
    assert [other.id[0] for other in chosen(("open",), alike)] == [third]
    assert [other.id[0] for other in chosen(("open", str(TERMINAL)), alike)] == [TERMINAL, third]
    assert chosen((str(YARD), "", "nowhere"), alike) == ()


def test_what_does_not_bind_is_not_found() -> None:
    unbound = next(
        each.id for each in CATALOGUE.requirements if each.id not in {task.requirement.id for task in WHOLE.tasks}
    )
    for named in ((YARD, unbound), (uuid5(COMPANY, "nowhere"), FIRST)):
        with pytest.raises(Refused, match="not_found"):
            WHOLE.task(*named)


def test_answers_that_a_change_would_delete_are_counted() -> None:
    yard = COMPLETE.division(YARD)
    assert yard
    assert answers_lost(yard, ("highway_carrier", "importer"), CATALOGUE) == 0
    lost = answers_lost(yard, ("customs_broker",), CATALOGUE)
    changing = asked(
        ChangeDivision,
        division_id=YARD,
        site=site_of(yard.model_copy(update={"lines_of_business": ("customs_broker",)})),
    )
    after = company_after([changing], COMPLETE)[0].division(YARD)
    assert after
    assert lost == len(yard.answers) - len(after.answers) > 0


def test_the_lines_that_are_offered() -> None:
    everything = CATALOGUE.lines_of_business
    assert lines_to_choose(company_in("registered"), None, CATALOGUE) == everything
    assert [line.id for line in lines_to_choose(COMPLETE, None, CATALOGUE)] == ["highway_carrier"]
    broker = division(uuid5(COMPANY, "office"), "Windsor office", "1 Lock Lane").model_copy(
        update={"lines_of_business": ("customs_broker",)}
    )
    assert [line.id for line in lines_to_choose(COMPLETE, broker, CATALOGUE)] == ["highway_carrier", "customs_broker"]


def test_what_officers_advise_stands_at_its_answer_and_its_document() -> None:
    advised = company_after([note_advice("Fence the north side.")], company_in("under_review"))[0]
    tasks, filed = security_profile(advised, CATALOGUE).tasks, documents(advised, CATALOGUE, TODAY).filed
    assert [(task.id, task.advice) for task in tasks if task.advice] == [((YARD, "CS-02"), ("Fence the north side.",))]
    assert [each.advice for each in filed if each.advice] == [("Fence the north side.",)]


# --- the application profile ----------------------------------------------------------------------


def test_the_next_question_is_the_one_that_lacks_something_after_this_one() -> None:
    company = company_after([answer_question("crown_debt", value=True)], company_in("registered"))[0]
    profile = application_profile(company, CATALOGUE)
    crown_debt = profile.question("crown_debt")
    assert (crown_debt.number, crown_debt.lack, len(profile.lacking)) == (6, None, 9)
    following = profile.next_to_answer(crown_debt)
    assert following
    assert following.question.id == "bankruptcy"
    last = profile.next_to_answer(profile.question("contraventions"))
    assert last
    assert last.question.id == "facilities_in"


def test_an_adverse_answer_without_its_explanation_is_next_to_itself() -> None:
    company = company_after([answer_question("crown_debt", value=True, explanation=None)], COMPLETE)[0]
    profile = application_profile(company, CATALOGUE)
    assert profile.next_to_answer(profile.question("crown_debt")) == profile.question("crown_debt")
    assert profile.next_to_answer(profile.question("insolvent")) == profile.question("crown_debt")


def test_a_question_that_is_not_asked_is_not_found() -> None:
    company = company_after([answer_question("movements_12_months", value=0)], COMPLETE)[0]
    with pytest.raises(Refused, match="not_found"):
        application_profile(company, CATALOGUE).question("last_movement_on")


def sent(**given_fields: tuple[str, ...]) -> Sent:
    named = {name.replace("__", "."): values for name, values in given_fields.items()}
    return Sent(
        "application", {"company_id": str(COMPANY)}, named, {KEY: ("key",), SEEN: ("insolvent.value:1 x.value:2",)}
    )


def test_the_part_of_a_question_is_what_its_own_page_would_send() -> None:
    profile = application_profile(company_in("registered"), CATALOGUE)
    form = sent(insolvent__value=("true",), insolvent__explanation=("",), crown_debt__value=("false",))
    part = part_of(form, profile.question("insolvent"))
    assert part
    assert (part.page, part.ids["question_id"], part.key, part.seen) == (
        "question",
        "insolvent",
        str(uuid5(NAMESPACE_URL, "key/insolvent")),
        "value:1",
    )
    assert part.given == {"value": ("true",), "explanation": ("",)}


def test_a_question_that_was_and_is_left_open_is_no_part() -> None:
    blank = sent(insolvent__explanation=(" ",), facilities_in__value=("", ""))
    opened, answered = (application_profile(company, CATALOGUE) for company in (company_in("registered"), COMPLETE))
    assert part_of(blank, opened.question("insolvent")) is None
    assert part_of(blank, opened.question("facilities_in")) is None
    assert part_of(blank, answered.question("facilities_in")) is not None


def test_what_was_refused_stays_as_typed_beside_what_stands() -> None:
    profile = application_profile(COMPLETE, CATALOGUE)
    wrong = Filled({"value": ("some",)}, {"value": "count_expected", "": "stale"}, 422)
    form = put_together(profile, {"movements_12_months": wrong})
    assert form.value("movements_12_months.value") == "some"
    assert form.value("crown_debt.value") == "false"
    assert form.faults == {"movements_12_months.value": "count_expected", "": "stale"}
    assert (form.status, form.digests) == (422, Filled(all_fields(profile)).digests)


@pytest.mark.parametrize(
    ("kind", "code", "shown"),
    [
        ("count", "day_expected", "count_expected"),
        ("count", "less_than_equal", "count_expected"),
        ("count", "missing", "missing"),
        ("yes_no", "not_chosen", "yes_no_expected"),
        ("day", "date_from_datetime_parsing", "day_expected"),
        ("day", "date_in_future", "date_in_future"),
        ("countries", "country_unknown", "country_unknown"),
        ("yes_no", "union_tag_not_found", "yes_no_expected"),
    ],
)
def test_a_value_of_another_kind_is_named_by_what_is_expected(kind: Any, code: str, shown: str) -> None:
    assert expected({"value": code, "explanation": "string_too_long"}, kind) == {
        "value": shown,
        "explanation": "string_too_long",
    }


# --- documents ------------------------------------------------------------------------------------


def test_each_need_leads_to_the_form_for_its_document() -> None:
    bare = COMPLETE.model_copy(update={"documents": ()})
    view = documents(bare, CATALOGUE, TODAY)
    assert view.percent == 0
    assert len(view.lacking) == len(view.required) == 9
    plans = [each for each in view.required if each.need.kind == "site_plan"]
    assert [each.query for each in plans] == [f"?kind=site_plan&division_id={place}" for place in (YARD, TERMINAL)]
    assert [each.subject.division and each.subject.division.name for each in plans] == [
        "Mississauga yard",
        "Airport Road terminal",
    ]


def test_a_document_shows_where_it_is_used() -> None:
    filed = documents(COMPLETE, CATALOGUE, TODAY).document(evidence_of(YARD))
    assert {use.division.division_id for use in filed.uses} == {YARD}
    assert FIRST in {use.requirement_id for use in filed.uses}
    assert not filed.removable
    assert documents(COMPLETE, CATALOGUE, TODAY).filed[0].removable


def test_a_document_that_is_no_longer_valid_is_marked() -> None:
    until = document(uuid5(COMPANY, "licence"), "evidence", valid_until=date(2026, 1, 4))
    view = documents(company_after([file(until)], COMPLETE)[0], CATALOGUE, TODAY)
    assert [each.document.document_id for each in view.filed if each.expired] == [until.document_id]


def test_evidence_that_is_chosen_stands_first_then_what_was_filed_as_such() -> None:
    filed = documents(COMPLETE, CATALOGUE, TODAY).filed
    plan = next(each for each in filed if each.document.division_id == YARD)
    offered = evidence_for(YARD, (str(plan.document.document_id),), filed)
    assert offered[0] == plan
    assert [each.document.kind for each in offered[1:3]] == ["evidence", "evidence"]
    assert TERMINAL not in {each.document.division_id for each in offered}
