"""Every message that risk consumes becomes one command for the assessment of its application."""

from datetime import timedelta

import pytest

from services.risk.domain.assessment import AssessmentCommand
from services.risk.domain.assessment.consumed import DeclaredFacts
from services.risk.subscriptions import SUBSCRIPTIONS
from shared.bus.subscriptions import Addressed, Consumed
from shared.contracts.event import Event
from shared.contracts.intake import ApplicationWithdrawn, CompanyUsersChanged, UserRole
from shared.contracts.review import ApplicationDenied
from shared.programme.team import ReplaceTeam, User
from tests.support.builders.packages import COMPANY, SUBMITTED_AT, package
from tests.support.builders.risk import APPLICATION, AT, SERVICE, close, collect_facts, note_review, reviewed

AS_CONSUMED = Consumed(at=AT, actor=SERVICE, handled_at=AT + timedelta(hours=1))
IDS = {"company_id": COMPANY, "application_id": APPLICATION, "submission": 1}
PACKAGE = package()
ANSWERS = sum(len(division.answers) for division in PACKAGE.divisions)


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (PACKAGE, collect_facts(answers=ANSWERS)),
        (reviewed(unmet=1), note_review(unmet=1)),
        (reviewed(meets=False), note_review(meets=False)),
        (ApplicationWithdrawn(**IDS, withdrawn_at=AT), close()),
        (ApplicationDenied(**IDS, grounds=("profile",), message="The yard is open.", denied_on=AT.date()), close()),
    ],
)
def test_a_message_becomes_a_command(event: Event, command: AssessmentCommand) -> None:
    assert SUBSCRIPTIONS[type(event)](event, AS_CONSUMED) == (Addressed("assessments", str(APPLICATION), command),)


def test_the_users_of_a_company_become_its_team() -> None:
    event = CompanyUsersChanged(company_id=COMPANY, users=(UserRole(subject="urn-odile", role="account_owner"),))
    command = ReplaceTeam(at=AT, actor=SERVICE, users=(User(subject="urn-odile", role="account_owner"),))
    assert SUBSCRIPTIONS[CompanyUsersChanged](event, AS_CONSUMED) == (
        Addressed("company_teams", str(COMPANY), command),
    )


def declared_in(**changes: object) -> DeclaredFacts:
    submitted = package(**changes)
    ((addressed),) = SUBSCRIPTIONS[type(submitted)](submitted, AS_CONSUMED)
    return addressed.command.declared  # type: ignore[attr-defined, no-any-return]


def test_answers_that_are_not_applicable_are_counted() -> None:
    yard = PACKAGE.divisions[0]
    spared = tuple(answer.model_copy(update={"response": "not_applicable"}) for answer in yard.answers[:3])
    changed = yard.model_copy(update={"answers": spared + yard.answers[3:]})
    assert declared_in(divisions=(changed, *PACKAGE.divisions[1:])).not_applicable == 3


def test_the_day_of_submission_is_the_day_in_ontario() -> None:
    assert declared_in(submitted_at=SUBMITTED_AT.replace(hour=3)).submitted_on.day == SUBMITTED_AT.day - 1


def test_no_person_and_no_text_of_a_security_profile_is_kept() -> None:
    kept = declared_in().model_dump_json()
    contact, answer = PACKAGE.profile.contact, PACKAGE.divisions[0].answers[0]
    assert not any(
        word in kept for word in (contact.name, contact.email, contact.phone, PACKAGE.attestation.name, answer.text)
    )
