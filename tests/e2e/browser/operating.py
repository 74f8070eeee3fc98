"""How an operator looks after the services: what is parked, and the life of a company."""

from dataclasses import dataclass

from playwright.async_api import expect

from tests.e2e.browser.people import Somebody


@dataclass(frozen=True)
class Operating:
    """An operator at the page of one service after the other."""

    operator: Somebody

    async def look_at(self, service: str, name: str) -> list[str]:
        """Nothing is parked; the latest facts that the service has journalled of what has this name."""
        operator = self.operator
        await operator.press(f"operations.services.{service}")
        await expect(operator.part("#parked .empty")).to_have_text(operator.words("operations.parked.none"))
        await operator.fill(name=name)
        await operator.press("operations.life.find")
        facts = await operator.part(".fact strong").all_inner_texts()
        await operator.follow(".crumbs li:last-child a")
        return facts
