"""What happened to a company, in words: every fact that concerns people has some, in both languages."""

from collections.abc import Iterable
from datetime import timedelta
from typing import get_args

import pytest

from services.intake.domain.company import CompanyCommand, CompanyFact, State
from services.intake.domain.company.announcing import UsersAnnounced
from services.intake.domain.company.divisions import ChangeDivision, RemoveDivision
from services.intake.domain.company.documents import RemoveDocument
from services.intake.domain.company.leaving import LeaveProgramme, Withdraw
from services.intake.domain.company.ownership import DeclineOwnership, RevokeOffer
from services.intake.domain.company.users import ChangeUserRole, MarkRoleUnused, RemoveUser
from services.intake.views.history import Happening, happenings
from shared.contracts.review import VisitSummary
from shared.contracts.types import VisitState
from shared.decider import Actor
from shared.http.problems import load
from shared.pages.addresses import LANGUAGES
from shared.pages.rendering import Renderer
from shared.store.journal import Entry
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    CLOCK,
    COMPANIES,
    COMPLETE,
    FULL,
    OFFER_DAYS,
    OWNER,
    PROXY,
    READER,
    accept,
    add_user,
    announce,
    asked,
    change_profile,
    command_of,
    company_after,
    consent,
    days_later,
    file,
    note_advice,
    note_approval,
    note_denial,
    note_membership,
    note_return,
    note_stage,
    offer,
    recover,
    register,
    reply,
    site_of,
    submit,
    tick,
    withdraw,
)
from tests.support.builders.packages import COMPANY, TERMINAL, YARD, divisions, document
from tests.support.builders.review_messages import progressed

SPARE = document(COMPANY, "evidence")
SITE = site_of(divisions()[1]).model_copy(update={"name": "Guelph depot"})
RENDERER = Renderer("intake", load("services.intake"))


def visited(state: VisitState) -> CompanyCommand:
    visit = VisitSummary(division_ids=(YARD,), on=AT.date(), state=state)
    return command_of(progressed("site_validation").model_copy(update={"visits": (visit,)}))


HISTORIES: dict[str, tuple[CompanyCommand, ...]] = {
    "people": (
        *(*COMPLETE, announce(), file(SPARE), asked(RemoveDocument, document_id=SPARE.document_id)),
        *(
            offer(),
            asked(RevokeOffer),
            offer(),
            asked(DeclineOwnership, by=PROXY),
            offer(),
            tick(days_later(OFFER_DAYS)),
        ),
        *(offer(FULL), asked(RemoveUser, urn=FULL.subject), asked(MarkRoleUnused, role="full_access_user")),
        *(asked(ChangeUserRole, urn=READER.subject, role="full_access_user"), asked(RemoveDivision, division_id=YARD)),
        *(asked(ChangeDivision, division_id=TERMINAL, site=SITE), consent("US"), withdraw("US")),
        *(offer(), accept(), recover(OWNER)),
    ),
    "returned": (*COMPLETE, submit(), note_stage("under_review"), note_advice(), note_return(), reply(), submit()),
    "withdrawn": (*COMPLETE, submit(), asked(Withdraw), note_stage("withdrawn")),
    "visited": (*COMPLETE, submit(), *(visited(state) for state in get_args(VisitState)), note_denial()),
    "member": (
        *(*COMPLETE, submit(), note_approval(), note_membership("active"), note_membership("suspended")),
        *(asked(LeaveProgramme), note_membership("withdrawn")),
    ),
}


def happened(commands: Iterable[CompanyCommand], reader: Actor = OWNER) -> tuple[Happening, ...]:
    """What the journal would have of these commands, read by a person."""
    state: State = COMPANIES.absent
    journalled: list[tuple[Entry, CompanyFact]] = []
    for command in commands:
        for fact in COMPANIES.decide(command, state):
            state = COMPANIES.evolve(state, fact)
            journalled.append((entry(len(journalled) + 1, command, fact), fact))
    assert state.status == "registered"
    return happenings(journalled, state, reader.subject, CATALOGUE)


def entry(sequence: int, command: CompanyCommand, fact: CompanyFact) -> Entry:
    actor = command.actor.model_dump()
    return Entry(COMPANIES.source, str(COMPANY), sequence, command.at, actor, fact.model_dump(mode="json"), None)


def words_of(happening: Happening, language: str) -> str:
    wording = happening.wording
    values = {"n": wording.count, "name": wording.name, "term": wording.term, "day": wording.day}
    return RENDERER.phrase(f"history.{wording.key}", "fr" if language == "fr" else "en", **values)


@pytest.mark.parametrize("life", HISTORIES)
def test_every_fact_that_concerns_people_has_words_in_both_languages(life: str) -> None:
    company, facts = company_after(HISTORIES[life])
    for fact in facts:
        found = happenings([(entry(1, announce(), fact), fact)], company, OWNER.subject, CATALOGUE)
        assert all(words_of(each, language) for each in found for language in LANGUAGES)
        assert bool(found) != (fact.kind == "users_announced"), fact.kind


def test_every_kind_of_fact_is_among_them() -> None:
    kinds = {type(fact) for commands in HISTORIES.values() for fact in company_after(commands)[1]}
    assert kinds == set(get_args(CompanyFact)) - {UsersAnnounced}


def test_the_newest_stands_first_and_names_who_did_it() -> None:
    shown = happened((register(), add_user("proxy_account_owner"), add_user("read_only_user", by=PROXY)))
    assert [(each.wording.key, each.wording.name, each.by, each.person) for each in shown] == [
        ("user_added", "Okoro", "person", "Okoro"),
        ("user_added", "Okoro", "you", None),
        ("company_registered", None, "you", None),
    ]


@pytest.mark.parametrize(
    ("command", "by"),
    [
        (note_return(), "programme"),
        (recover(FULL), "programme"),
        (change_profile(operating_name="Boreal North", by=FULL), "person"),
    ],
)
def test_officers_and_services_have_no_names(command: CompanyCommand, by: str) -> None:
    assert happened((*COMPLETE, submit(), command))[0].by == by


def test_what_time_has_ended_nobody_did() -> None:
    shown = happened((*COMPLETE, offer(), tick(days_later(OFFER_DAYS))))[0]
    assert (shown.wording.key, shown.by, CLOCK.role) == ("offer_lapsed", "nobody", "system")


def test_a_person_who_is_gone_has_no_name() -> None:
    gone = (change_profile(operating_name="Boreal North", by=FULL), asked(RemoveUser, urn=FULL.subject))
    assert [each.by for each in happened((*COMPLETE, *gone))[:2]] == ["you", "former"]


def test_what_one_person_does_several_times_on_a_day_is_one_line() -> None:
    answers = [each.wording for each in happened(COMPLETE) if each.wording.key == "application_answered"]
    assert [wording.count for wording in answers] == [10]
    again = change_profile(operating_name="Boreal North")
    next_day = change_profile(operating_name="Boreal").model_copy(update={"at": AT + timedelta(days=1)})
    assert [each.wording.key for each in happened((*COMPLETE, again, next_day))[:2]] == ["profile_changed"] * 2


def test_a_stage_that_is_published_again_is_no_news_but_a_visit_is() -> None:
    planned, confirmed = visited("planned"), visited("confirmed")
    shown = happened((*COMPLETE, submit(), planned, confirmed))
    assert [each.wording.key for each in shown[:3]] == ["visit_confirmed", "visit_planned", "stage_noted"]
