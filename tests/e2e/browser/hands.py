"""What somebody acts with at a page: a pointer, or the keys alone."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from playwright.async_api import FilePayload, Locator, Page, expect

MOST_STOPS, MOST_CHOICES = 300, 30
WAY = """(target) => {
  const at = document.activeElement;
  if (at === target || (at.type === "radio" && at.name === target.name && at.form === target.form)) return null;
  const from = at === document.body ? document.querySelector(":target") : at;
  return from?.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING ? "Shift+Tab" : "Tab";
}"""  # radio buttons of one name are one stop; after a link to a part of the page, Tab goes on from there
HAS_FOCUS = "it => it === document.activeElement"
ENTRIES_AWAY = "(it, value) => [...it.options].findIndex((each) => each.value === value) - it.selectedIndex"


@dataclass(frozen=True)
class Hands(ABC):
    """At a page: each act has its way for links, buttons and every kind of field."""

    page: Page

    @abstractmethod
    async def press(self, target: Locator) -> None:
        """A link, a button, or what unfolds a part of the page."""

    @abstractmethod
    async def tick(self, box: Locator) -> None:
        """A checkbox or a radio button; one that is ticked stays so."""

    @abstractmethod
    async def write(self, field: Locator, text: str) -> None:
        """In place of what the field holds; a day is written like 2026-09-30."""

    @abstractmethod
    async def choose(self, field: Locator, value: str) -> None:
        """An entry of a list, by its value."""

    async def choose_file(self, field: Locator, file: FilePayload) -> None:
        async with self.page.expect_file_chooser() as opened:
            await self.press(field)
        await (await opened.value).set_files(file)


class Pointer(Hands):
    """Clicks, as with a mouse or a finger."""

    async def press(self, target: Locator) -> None:
        await target.click()

    async def tick(self, box: Locator) -> None:
        await box.check()

    async def write(self, field: Locator, text: str) -> None:
        await field.fill(text)

    async def choose(self, field: Locator, value: str) -> None:
        await field.select_option(value)


class Keys(Hands):
    """Tab, Enter, space and arrows: what a browser gives to who has no pointer."""

    async def reach(self, target: Locator) -> None:
        """With Tab, or with Shift+Tab where it stands above. Raises AssertionError where neither leads there."""
        element = await target.element_handle()
        for _ in range(MOST_STOPS):
            if (key := await element.evaluate(WAY)) is None:
                return
            await self._strike(key)
        raise AssertionError(f"Tab does not lead to {target} of {self.page.url}")

    async def press(self, target: Locator) -> None:
        await self.reach(target)
        await self._strike("Enter")

    async def tick(self, box: Locator) -> None:
        """With the space bar; arrows lead from one radio button to the next, and tick it."""
        await self.reach(box)
        for _ in range(MOST_CHOICES):
            if await box.is_checked():
                return
            await self._strike("Space" if await box.evaluate(HAS_FOCUS) else "ArrowDown")
        raise AssertionError(f"no key ticks {box} of {self.page.url}")

    async def write(self, field: Locator, text: str) -> None:
        await self.reach(field)
        if await field.get_attribute("type") == "date":
            await self._write_day(field, text)
        else:
            await self._strike("Control+A")
            await self.page.keyboard.type(text)

    async def choose(self, field: Locator, value: str) -> None:
        """Its first word leads to it, or near it; arrows go on from there."""
        await self.reach(field)
        words = str(await field.locator(f"option[value='{value}']").text_content())
        await self.page.keyboard.type(words.split(maxsplit=1)[0])
        away = await field.evaluate(ENTRIES_AWAY, value)
        for _ in range(abs(away)):
            await self._strike("ArrowDown" if away > 0 else "ArrowUp")
        await expect(field).to_have_value(value)

    async def _write_day(self, field: Locator, day: str) -> None:
        """Part by part. A browser orders them after its own language, which no page knows: each order is tried."""
        year, month, date = day.split("-")
        while await field.evaluate(HAS_FOCUS):
            await self._strike("Shift+Tab")
        await self._strike("Tab")
        for parts in ((month, date, year), (year, month, date), (date, month, year)):
            for before, part in enumerate(parts):
                for key in ("ArrowLeft", "ArrowLeft", *["ArrowRight"] * before):
                    await self._strike(key)
                await self.page.keyboard.type(part)
            if await field.input_value() == day:
                return
        raise AssertionError(f"no key writes {day} into {field} of {self.page.url}")

    async def _strike(self, key: str) -> None:
        await self.page.keyboard.press(key)
