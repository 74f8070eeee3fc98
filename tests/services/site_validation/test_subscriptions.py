"""Every message that site validation consumes becomes one command at the right address."""

from datetime import timedelta

import pytest

from services.site_validation.subscriptions import SUBSCRIPTIONS
from shared.bus.subscriptions import Addressed, Consumed
from shared.contracts.event import Event
from shared.contracts.intake import ApplicationWithdrawn, CompanyUsersChanged
from shared.contracts.moved import CompanyUsersChangedOnIntake
from shared.contracts.review import ApplicationDenied
from shared.decider import Command
from shared.programme.team import ReplaceTeam, User
from tests.support.builders.packages import COMPANY
from tests.support.builders.site_validation import (
    APPLICATION,
    AT,
    PACKAGE,
    SERVICE,
    close,
    collect_profile,
    note_review,
    note_risk,
    reviewed,
    risk_assessed,
)

AS_CONSUMED = Consumed(at=AT, actor=SERVICE, handled_at=AT + timedelta(hours=1))
IDS = {"company_id": COMPANY, "application_id": APPLICATION, "submission": 1}
MAUDE = {"subject": "urn-maude", "role": "account_owner"}


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (PACKAGE, collect_profile()),
        (reviewed(), note_review()),
        (risk_assessed(), note_risk()),
        (ApplicationWithdrawn(**IDS, withdrawn_at=AT), close()),
        (ApplicationDenied(**IDS, grounds=("risk",), message="The debt is unpaid.", denied_on=AT.date()), close()),
    ],
)
def test_a_message_becomes_a_command_for_the_validation_of_its_application(event: Event, command: Command) -> None:
    assert SUBSCRIPTIONS[type(event)](event, AS_CONSUMED) == (Addressed("validations", str(APPLICATION), command),)


def test_the_users_of_a_company_become_its_team() -> None:
    event = CompanyUsersChanged.model_validate({"company_id": COMPANY, "users": [MAUDE]})
    command = ReplaceTeam(at=AT, actor=SERVICE, users=(User.model_validate(MAUDE),))
    assert SUBSCRIPTIONS[CompanyUsersChanged](event, AS_CONSUMED) == (
        Addressed("company_teams", str(COMPANY), command),
    )
    assert SUBSCRIPTIONS[CompanyUsersChangedOnIntake](event, AS_CONSUMED) == (
        Addressed("teams", str(COMPANY), command),
    )
