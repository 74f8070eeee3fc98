"""A company goes the whole way with the keys alone, in the narrowest window and without script."""

import pytest
from playwright.async_api import Browser

from deploy.demo.lives import lives
from deploy.local.deployment import Deployment
from tests.e2e.browser.hands import Keys
from tests.e2e.browser.life import MARK, Plan, staged, whole_life
from tests.e2e.browser.people import Manner
from tests.support.servers.chromium import NARROWEST

pytestmark = [pytest.mark.pages, pytest.mark.timeout(600)]
BROKER = lives()[-1].firm
PLAN = Plan(
    Manner("fr", script=False, hands=Keys, size=NARROWEST),
    firm=BROKER.model_copy(update={"legal_name": f"Dédouanement {MARK} inc.", "business_number": "960000032"}),
    administration="JP",
    owner="Odette Zibeline",
    colleague="Luc Zibeline",
)


async def test_keys_and_the_narrowest_window_are_enough_for_everybody(
    chromium: Browser, deployment: Deployment
) -> None:
    async with staged(PLAN, chromium, deployment) as stage:
        await whole_life(stage)
