"""Somebody at the portal in a real browser: reads, fills fields by their names, presses what words name."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from shared.i18n import Language
from shared.pages.addresses import addresses
from shared.pages.speech import NO_BREAK, Words
from tests.support.servers.bus import until
from tests.support.servers.chromium import WIDE

WORDS = Words("shared.pages", *(f"services.{name}.catalogue" for name in ("intake", "site_validation", "mra_exchange")))
SIGN_IN = Words("deploy.local.sign_in")
REFUSED_IN_WORDS = re.compile(r"the server responded with a status of (409|415|422) ")
PATIENCE_SECONDS, PAUSE_SECONDS = 60, 0.5


@dataclass
class Somebody:
    """One person; `ids` are those of the company that pages are about, `complaints` what the browser has reported."""

    page: Page
    portal: str
    language: Language
    ids: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    async def sign_in(self, name: str) -> None:
        """By the portal's own door, as a person whom nobody has heard of."""
        await self.page.goto(f"{self.portal}/{self.language}")
        await self.page.locator("a[href*='/session/sign-in']").first.click()
        await self.page.fill("#name", name)
        await self.leave_by(self.page.get_by_role("button", name=SIGN_IN.phrase("new.go", self.language)))
        await expect(self.page.locator(".tools__who")).to_contain_text(name)

    async def open(self, name: str, **ids: str) -> None:
        await self.page.goto(self.portal + addresses()[name].path(self.language, **self.ids, **ids))

    async def open_until(self, name: str, selector: str) -> Locator:
        """Opens a page again and again until something stands there that services learn of one after another."""

        async def stands_there() -> bool:
            await self.open(name)
            return await self.page.locator(selector).count() > 0

        await until(stands_there, PATIENCE_SECONDS, PAUSE_SECONDS)
        return self.page.locator(selector)

    @property
    def at(self) -> str:
        """The name of the page that is open."""
        return self._found[0]

    @property
    def found_ids(self) -> Mapping[str, str]:
        """The ids in the address of the page that is open."""
        return self._found[1]

    @property
    def _found(self) -> tuple[str, Mapping[str, str]]:
        path = self.page.url.removeprefix(self.portal).partition("?")[0].partition("#")[0]
        for address in addresses().values():
            ids = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(address.template(self.language)))
            if found := re.fullmatch(ids, path):
                return address.name, found.groupdict()
        raise AssertionError(f"no page of the portal: {self.page.url}")

    def part(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def words(self, key: str, **values: object) -> str:
        """A text of the portal, as the browser tells it."""
        return WORDS.phrase(key, self.language, **values).replace(NO_BREAK, " ")

    async def follow(self, selector: str) -> None:
        await self.leave_by(self.part(selector).first)

    async def press(self, key: str, **values: object) -> None:
        """Presses the button or the link that these words name."""
        named = self.words(key, **values)
        main = self.page.get_by_role("main")
        await self.leave_by(main.get_by_role("button", name=named).or_(main.get_by_role("link", name=named)).first)

    async def leave_by(self, way: Locator) -> None:
        async with self.page.expect_navigation():
            await way.click()

    async def fill(self, **values: str | Sequence[str] | None) -> None:
        """Fills fields; a name has `__` for each dot, and a list names what is ticked; None stays empty."""
        for name, value in values.items():
            if value is None:
                continue
            fields = self.part(f"main [name='{name.replace('__', '.')}']:not([type=hidden])")
            if await fields.first.get_attribute("type") in {"checkbox", "radio"}:
                for each in (value,) if isinstance(value, str) else value:
                    await fields.and_(self.part(f"[value='{each}']")).check()
            elif not isinstance(value, str):
                raise AssertionError(f"{name} holds one value")
            elif await fields.and_(self.part("select")).count():
                await fields.select_option(value)
            else:
                await fields.first.fill(value)

    async def choose_file(self, name: str, content: bytes) -> None:
        await self.part("#file").set_input_files(FilePayload(name=name, mimeType="application/pdf", buffer=content))

    async def faults(self) -> list[str]:
        """The entries of the error summary, each of which leads to a field that is there."""
        links = self.part("#errors a")
        for link in await links.all():
            await expect(self.part(str(await link.get_attribute("href")))).to_have_count(1)
        return await links.all_inner_texts()


@asynccontextmanager
async def somebody(chromium: Browser, portal: str, language: Language, *, script: bool) -> AsyncIterator[Somebody]:
    """A browser of its own, whose complaints are collected; that a form was refused in words is none."""
    width, height = WIDE
    context = await chromium.new_context(
        locale=f"{language}-CA", viewport={"width": width, "height": height}, java_script_enabled=script
    )
    person = Somebody(await context.new_page(), portal, language)
    person.page.on(
        "console",
        lambda line: (
            person.complaints.append(line.text)
            if line.type == "error" and not REFUSED_IN_WORDS.search(line.text)
            else None
        ),
    )
    person.page.on("pageerror", lambda error: person.complaints.append(str(error)))
    yield person
    await context.close()
