"""What the overview adds to the dashboard: the way to every field, the stages, and the one next step."""

from collections.abc import Iterable
from typing import Literal, get_args
from uuid import uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.catalogue import banners, lacks
from services.intake.domain.company import Company, CompanyCommand
from services.intake.domain.company.completion import completion
from services.intake.domain.company.divisions import AddDivision, Site
from services.intake.domain.company.eligibility import LINE_NOT_ELIGIBLE, NOT_ELIGIBLE
from services.intake.domain.company.section import Missing
from services.intake.views.dashboard import ReferenceData
from services.intake.views.overview import Overview, overview
from services.intake.views.overview.gaps import MOST_LISTED, Namer
from services.intake.views.overview.next_step import NextStep
from services.intake.views.overview.places import Place, place_of
from shared.contracts.review import VisitSummary
from shared.contracts.types import LineOfBusiness, Stage, VisitState
from shared.decider import Actor
from shared.pages.addresses import LANGUAGES, addresses
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    COMPLETE,
    FULL,
    LIVES,
    OWNER,
    PROXY,
    READER,
    accept,
    add_user,
    answer_question,
    asked,
    change_profile,
    command_of,
    company_after,
    company_in,
    note_return,
    offer,
    register,
    reply,
    submit,
)
from tests.support.builders.packages import COMPANY, YARD, address
from tests.support.builders.review_messages import progressed

WORDS = ReferenceData(catalogue=CATALOGUE, lacks=lacks(), banners=banners(), notices=())
US = address("1 Harbor Road").model_copy(
    update={"city": "Duluth", "region": "MN", "postal_code": "55802", "country": "US"}
)
ALL_LINES = get_args(LineOfBusiness)
EVERYWHERE = Site(name="Everywhere", lines_of_business=ALL_LINES, address=US)
LATER: tuple[CompanyCommand, ...] = (
    change_profile(lines_of_business=ALL_LINES, carrier_codes={}, address=US),
    change_profile(contact=None, headquarters_country=None, language=None, lines_of_business=()),
    asked(AddDivision, division_id=COMPANY, site=EVERYWHERE),
    answer_question("crown_debt", value=True, explanation=None),
    submit(),
    note_return(),
)


def seen(company: Company, by: Actor = OWNER) -> Overview:
    return overview(company, by.subject, AT.date(), WORDS)


def leads_somewhere(place: Place) -> bool:
    """Whether a page of the table has this address, in both languages."""
    page = addresses()[place.page]
    return all(
        page.path(language, company_id=COMPANY, **place.ids).startswith(f"/{language}") for language in LANGUAGES
    )


# --- what is missing ------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(left_out=st.sets(st.sampled_from(range(1, len(COMPLETE)))), later=st.lists(st.sampled_from(LATER), max_size=6))
def test_whatever_is_missing_leads_to_its_page_and_has_a_name(
    left_out: set[int], later: Iterable[CompanyCommand]
) -> None:
    kept = (command for place, command in enumerate(COMPLETE) if place not in left_out)
    company, _ = company_after((*kept, *later))
    missing = completion(company, CATALOGUE, AT.date()).missing
    assert all(leads_somewhere(place_of(lack)) for lack in missing)
    page = seen(company)
    lacks = (lack for part in (*page.sections, page.documents) for lack in part.section.missing)
    gaps = Namer(company, CATALOGUE).gaps(lacks)
    assert [(gap.lack.where, gap.lack.code) for gap in gaps] == [(lack.where, lack.code) for lack in missing]
    assert all(gap.name or gap.key for gap in gaps)


def test_every_code_that_the_overview_speaks_leads_somewhere() -> None:
    company, _ = company_after((register(), *LATER))
    bare = completion(company_in("registered"), CATALOGUE, AT.date()).missing
    against = [Missing(where="eligibility", code=code) for code in NOT_ELIGIBLE]
    lines = [Missing(where="profile/lines_of_business?line=exporter", code=LINE_NOT_ELIGIBLE)]
    known = [*bare, *completion(company, CATALOGUE, AT.date()).missing, *against, *lines]
    assert all(leads_somewhere(place_of(lack)) for lack in known)
    others = {
        "line_without_division",
        "evidence_required",
        "reply_required",
        "document_expired",
        "explanation_required",
    }
    assert {lack.code for lack in known} | others == set(lacks())


@pytest.mark.parametrize(
    ("where", "code", "page", "behind"),
    [
        ("profile/legal_name", "field_required", "profile", "#legal_name"),
        ("profile/address", "field_required", "profile", "#address-lines"),
        ("profile/contact", "field_required", "contact", "#name"),
        ("profile/business_number", "field_required", "numbers", "#business_number"),
        ("profile/carrier_codes/rail", "field_required", "numbers", "#carrier_codes-rail-code"),
        ("profile/lines_of_business?line=exporter", "line_not_eligible_in_us", "profile", "#lines_of_business"),
        ("users/read_only_user", "role_open", "people", "#read_only_user"),
        ("eligibility/crown_debt", "answer_required", "question", "#value"),
        ("eligibility/crown_debt", "explanation_required", "question", "#explanation"),
        ("eligibility", "no_facilities", "question", "#value"),
        ("divisions", "division_required", "security", ""),
        ("divisions?line=importer", "line_without_division", "security", "?line=importer"),
        (f"divisions/{YARD}/answers/CS-01", "answer_required", "requirement", "#text"),
        (f"divisions/{YARD}/answers/CS-01", "evidence_required", "requirement", "#evidence"),
        (f"questions/{YARD}", "reply_required", "reply", "#text"),
        (
            "documents?kind=site_plan&division_id=1",
            "document_required",
            "upload",
            "?kind=site_plan&division_id=1#file",
        ),
    ],
)
def test_a_gap_leads_to_the_very_field(where: str, code: str, page: str, behind: str) -> None:
    place = place_of(Missing(where=where, code=code))
    assert (place.page, place.behind) == (page, behind)


def test_a_path_that_nobody_has_thought_of_is_an_error() -> None:
    for where in ("nowhere", "profile/a/b", "divisions/1/2"):
        with pytest.raises(ValueError, match=where.partition("/")[0] if "/a" not in where else "a"):
            place_of(Missing(where=where, code="field_required"))


def test_a_gap_names_its_division_and_its_line() -> None:
    company, _ = company_after((*COMPLETE, *LATER[:1], asked(AddDivision, division_id=COMPANY, site=EVERYWHERE)))
    page = seen(company)
    answers = [gap for _, alike in page.sections[3].alike for gap in alike if gap.code]
    assert {gap.division for gap in answers} == {"Everywhere"}
    assert any(gap.line for _, alike in page.documents.alike for gap in alike)


@pytest.mark.parametrize("many", [1, 2, 9])
def test_very_many_answers_are_counted_division_by_division_and_none_is_lost(many: int) -> None:
    added = (asked(AddDivision, division_id=uuid5(COMPANY, f"yard {each}"), site=EVERYWHERE) for each in range(many))
    company, _ = company_after((register(), change_profile(lines_of_business=ALL_LINES), *added))
    security = seen(company).sections[3]
    [lines] = [lines for _, lines in security.alike if lines[0].lack.code == "answer_required"]
    assert sum(line.count for line in lines) == len(security.section.missing)
    assert len(lines) == (many if len(security.section.missing) > MOST_LISTED else len(security.section.missing))
    assert all(leads_somewhere(line.place) for line in lines)


@pytest.mark.parametrize(("many", "page"), [(0, "security"), (1, "division"), (2, "security")])
def test_a_single_division_is_led_to_directly_and_several_by_their_list(many: int, page: str) -> None:
    added = (asked(AddDivision, division_id=uuid5(COMPANY, f"yard {each}"), site=EVERYWHERE) for each in range(many))
    place = seen(company_after((register(), *added))[0]).sections[3].place
    assert (place.page, leads_somewhere(place)) == (page, True)


# --- the stages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("life", "present"),
    [
        ("registered", "preparing"),
        ("complete", "preparing"),
        ("under_review", "review"),
        ("returned", "review"),
        ("withdrawing", "review"),
        ("denied", "preparing"),
        ("approved", "membership"),
        ("member", "membership"),
        ("suspended", "membership"),
        ("left", "preparing"),
    ],
)
def test_the_track_shows_where_the_company_is(life: str, present: str) -> None:
    steps = seen(company_in(life)).track
    assert [step.name for step in steps if step.state == "now"] == [present]
    states = [step.state for step in steps]
    assert states == sorted(states, key=["done", "now", "later"].index)


@pytest.mark.parametrize("stage", ["risk_assessment", "site_validation", "decision"])
def test_the_track_follows_review(stage: Literal["risk_assessment", "site_validation", "decision"]) -> None:
    company, _ = company_after([command_of(progressed(stage))], company_in("under_review"))
    steps = {step.name: step for step in seen(company).track}
    assert (steps[stage].state, steps[stage].day, steps["preparing"].day) == ("now", AT.date(), AT.date())


# --- the next step --------------------------------------------------------------------------------


def step(company: Company, by: Actor = OWNER) -> NextStep:
    return seen(company, by).next_step


@pytest.mark.parametrize("life", LIVES)
def test_there_is_always_one_next_step(life: str) -> None:
    assert step(company_in(life)).key


@pytest.mark.parametrize(
    ("life", "by", "key"),
    [
        ("complete", OWNER, "submit"),
        ("complete", PROXY, "owner_submits"),
        ("complete", READER, "owner_submits"),
        ("under_review", OWNER, "under_review"),
        ("withdrawing", OWNER, "withdrawing"),
        ("returned", OWNER, "question"),
        ("approved", OWNER, "approved"),
        ("member", OWNER, "member_active"),
        ("suspended", OWNER, "member_suspended"),
    ],
)
def test_the_next_step_is_that_of_the_life_and_the_role(life: str, by: Actor, key: str) -> None:
    assert step(company_in(life), by).key == key


def test_the_first_gap_is_one_step_away_for_those_who_may_fill_it() -> None:
    company, _ = company_after((register(), add_user("read_only_user")))
    first = step(company)
    assert (first.key, first.place) == ("gaps", Place("contact", "name"))
    assert first.count == len(completion(company, CATALOGUE, AT.date()).missing)
    assert (step(company, READER).key, step(company, READER).place) == ("gaps_of_others", None)


def test_after_all_replies_the_owner_submits_again() -> None:
    company, _ = company_after([reply("The president did.")], company_in("returned"))
    assert (step(company).key, step(company, PROXY).key) == ("submit_again", "owner_submits")


def test_a_member_completes_its_profile_first() -> None:
    company, _ = company_after([change_profile(contact=None)], company_in("member"))
    assert (step(company).key, step(company).place) == ("member_gaps", Place("contact", "name"))
    assert step(company, READER).key == "member_active"


def test_what_bars_an_application_comes_before_submitting() -> None:
    company, _ = company_after([answer_question("carm_registered", value=False)], company_in("complete"))
    assert (step(company).key, [gap.place.page for gap in seen(company).against]) == ("against", ["question"])


def test_an_offer_of_ownership_comes_first_for_whom_it_is_made() -> None:
    company, _ = company_after([offer(FULL)], company_in("returned"))
    assert (step(company, FULL).key, step(company).key) == ("offer", "question")
    accepted, _ = company_after([accept(by=FULL)], company)
    assert step(accepted, FULL).key == "question"


@pytest.mark.parametrize(("state", "key"), [("planned", "visit"), ("confirmed", "under_review")])
def test_a_visit_that_waits_for_a_word_comes_before_waiting(state: VisitState, key: str) -> None:
    visit = VisitSummary(division_ids=(YARD,), on=AT.date(), state=state)
    visited = progressed("site_validation").model_copy(update={"visits": (visit,)})
    company, _ = company_after([command_of(visited)], company_in("under_review"))
    assert (step(company).key, step(company, READER).key) == (key, "under_review")


@pytest.mark.parametrize(("stage", "key"), [("site_validation", "visited"), ("decision", "under_review")])
def test_after_a_visit_everybody_is_led_to_what_was_found_until_the_validation_ends(stage: Stage, key: str) -> None:
    visit = VisitSummary(division_ids=(YARD,), on=AT.date(), state="held")
    visited = progressed(stage).model_copy(update={"visits": (visit,)})
    company, _ = company_after([command_of(visited)], company_in("under_review"))
    assert (step(company).key, step(company, READER).key) == (key, key)
