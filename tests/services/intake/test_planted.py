"""What people give of themselves stays in intake: a mark that is planted in each such field is in no message."""

from collections.abc import Iterator

import pytest

from services import intake
from services.intake.domain.company import CompanyCommand, CompanyFact
from services.intake.domain.company.leaving import LeaveProgramme
from services.intake.domain.company.users import AddUser, NewUser, Person
from shared.contracts.event import Outgoing
from shared.contracts.registry import EVENTS
from tests.support.builders.intake import (
    COMPANIES,
    FULL,
    LIVES,
    accept,
    asked,
    change_profile,
    company_after,
    consent,
    note_membership,
    offer,
    recover,
    register,
    withdraw,
)

MARK = "planted"
PLANTED = Person(family_name=f"{MARK} family name", email=f"{MARK}@example.com")
NOUR = NewUser(urn="nour", role="read_only_user", **dict(PLANTED))
LIFE: tuple[CompanyCommand, ...] = (
    register(owner=PLANTED),
    *LIVES["withdrawing"][1:],
    asked(AddUser, user=NOUR),
    consent("US", name=f"{MARK} name", title=f"{MARK} title"),
    consent("JP", name=f"{MARK} name", title=f"{MARK} title"),
    withdraw("US"),
    note_membership("active"),
    asked(LeaveProgramme),
    offer(FULL),
    accept(by=FULL),
    recover(evidence=f"The {MARK} owner left."),
)


def published(facts: tuple[CompanyFact, ...]) -> Iterator[Outgoing]:
    company = COMPANIES.absent
    for fact in facts:
        company = COMPANIES.evolve(company, fact)
        if outgoing := COMPANIES.publish(fact, company):
            yield outgoing


def marked(life: tuple[CompanyCommand, ...]) -> set[str]:
    """The messages in which the mark is found."""
    return {outgoing.type for outgoing in published(company_after(life)[1]) if MARK in (outgoing.body or "")}


def test_of_every_message_none_has_what_people_gave_of_themselves() -> None:
    types = {outgoing.type for outgoing in published(company_after(LIFE)[1])}
    assert types == {EVENTS[name].type() for name in intake.PUBLISHES}
    assert marked(LIFE) == set()


def test_a_mark_that_leaves_is_found() -> None:
    leaving = (*LIFE[:1], *LIVES["complete"][1:], change_profile(operating_name=MARK), *LIFE[len(LIVES["complete"]) :])
    assert marked(leaving) == {"pip.ApplicationSubmitted.v2", "pip.CompanyProfileUpdated.v2"}


@pytest.mark.parametrize("kind", ["company_registered", "user_added", "consent_given", "ownership_transferred"])
def test_each_fact_that_has_it_was_planted(kind: str) -> None:
    _, facts = company_after(LIFE)
    assert [fact for fact in facts if fact.kind == kind and MARK in fact.model_dump_json()]
