"""Two companies go the whole way with a pointer: in French without script, in English with it."""

from collections.abc import AsyncIterator, Callable, Mapping

import pytest
from playwright.async_api import Browser

from deploy.demo.lives import lives
from deploy.local.deployment import Deployment
from shared.i18n import Language
from tests.e2e.browser.life import MARK, Plan, Stage, staged, whole_life
from tests.e2e.browser.people import Manner
from tests.support.servers.portal import taking_forms
from tests.support.source import SERVICES

pytestmark = pytest.mark.timeout(600)
IMPORTER, BROKER = (life.firm for life in lives()[1:])
UNSENT: Mapping[str, str] = {
    "application": "questions are answered one after the other",
    "numbers": "neither company is a carrier",
    "division": "no division moves",
    "document": "no document is removed",
    "withdraw": "neither application is withdrawn",
    "leave": "neither member leaves",
    "recovery_of": "neither company loses its owner",
    "waiver": "both are visited",
    "member": "neither membership is suspended",
    **{f"{service}_operations_parked": "nothing is parked" for service in SERVICES},
}
ENDED: set[Language] = set()
SENT: set[str] = set()
PLANS = (
    Plan(
        Manner("fr", script=False),
        firm=BROKER.model_copy(update={"legal_name": f"Courtage {MARK} inc.", "business_number": "960000016"}),
        administration="JP",
        owner="Maude Zibeline",
        colleague="Rémi Zibeline",
    ),
    Plan(
        Manner("en", script=True),
        firm=IMPORTER.model_copy(
            update={
                "legal_name": f"{MARK} Agency Inc.",
                "business_number": "960000024",
                "line": "shipping_agent",
                "language": "en",
                "declares": {"crown_debt": f"The sum is paid into trust. {MARK}"},
            }
        ),
        administration="US",
        owner="Selma Zibeline",
        colleague="Dov Zibeline",
    ),
)


@pytest.fixture(params=PLANS, ids=lambda plan: plan.manner.language)
async def stage(request: pytest.FixtureRequest, chromium: Browser, deployment: Deployment) -> AsyncIterator[Stage]:
    async with staged(request.param, chromium, deployment) as made:
        yield made


async def test_a_company_becomes_a_member_whom_a_partner_knows(stage: Stage) -> None:
    await whole_life(stage)
    SENT.update(*(person.sent for person in stage.people))
    ENDED.add(stage.plan.manner.language)


def test_no_log_knows_what_people_typed(deployment: Deployment) -> None:
    assert {plan.manner.language for plan in PLANS} == ENDED
    logs = {log.name: log.read_text("utf-8") for log in (deployment.data / "logs").iterdir()}
    typed = (MARK, "Zibeline", *(plan.firm.business_number for plan in PLANS), "example.com")
    assert [(text, name) for name, log in logs.items() for text in typed if text in log] == []


def test_two_lives_send_most_forms_of_the_portal(record_property: Callable[[str, object], None]) -> None:
    assert {plan.manner.language for plan in PLANS} == ENDED
    forms = {address.name for service in SERVICES for address in taking_forms(service)}
    print(f"{len(SENT)} of {len(forms)} forms of the portal were sent")  # noqa: T201 - how far they came
    record_property("forms_sent", f"{len(SENT)} of {len(forms)}")
    assert forms - SENT == UNSENT.keys()
