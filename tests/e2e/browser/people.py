"""Somebody at the portal in a real browser: reads, fills fields by their names, presses what words name, or keys."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, FilePayload, Locator, Page, Request, expect

from shared.i18n import Language
from shared.pages.addresses import addresses
from shared.pages.speech import NO_BREAK, Words
from tests.support.servers.bus import until
from tests.support.servers.chromium import WIDE
from tests.support.source import SERVICES

WORDS = Words("shared.pages", *(f"services.{name}.catalogue" for name in SERVICES))
SIGN_IN = Words("deploy.local.sign_in")
REFUSED_IN_WORDS = re.compile(r"the server responded with a status of (409|415|422) ")
PATIENCE_SECONDS, PAUSE_SECONDS = 60, 0.5
MOST_STOPS = 100


@dataclass
class Somebody:
    """One person; `ids` are those that pages are about, `complaints` what the browser has reported.

    `sent`: the pages whose forms this person has sent.
    """

    page: Page
    portal: str
    language: Language
    has_script: bool
    ids: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)

    async def sign_in(self, name: str) -> None:
        """As a person whom nobody has heard of."""
        await self._come_to_the_door()
        await self.page.fill("#name", name)
        await self._enter_by(SIGN_IN.phrase("new.go", self.language), name)

    async def sign_in_as(self, name: str) -> None:
        """As one of those whom the issuer offers."""
        await self._come_to_the_door()
        await self._enter_by(name, name)

    async def _come_to_the_door(self) -> None:
        await self.page.goto(f"{self.portal}/{self.language}")
        await self.page.locator("a[href*='/session/sign-in']").first.click()

    async def _enter_by(self, button: str, name: str) -> None:
        await self.leave_by(self.page.get_by_role("button", name=button).first)
        await expect(self.page.locator(".tools__who")).to_contain_text(name)

    async def open(self, name: str, **ids: str) -> None:
        await self.page.goto(self.portal + addresses()[name].path(self.language, **self.ids, **ids))

    async def open_until(self, name: str, selector: str) -> Locator:
        await self.open(name)
        return await self.reload_until(selector)

    async def reload_until(self, selector: str) -> Locator:
        """The page again and again, until something stands there that services learn of one after another."""

        async def stands_there() -> bool:
            if await self.part(selector).count():
                return True
            await self.page.reload()
            return False

        await until(stands_there, PATIENCE_SECONDS, PAUSE_SECONDS)
        return self.part(selector)

    @property
    def at(self) -> str:
        """The name of the page that is open."""
        return self._page_at(self.page.url)[0]

    @property
    def found_ids(self) -> Mapping[str, str]:
        """The ids in the address of the page that is open."""
        return self._page_at(self.page.url)[1]

    def _page_at(self, url: str) -> tuple[str, Mapping[str, str]]:
        path = url.removeprefix(self.portal).partition("?")[0].partition("#")[0]
        for address in addresses().values():
            ids = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(address.template(self.language)))
            if found := re.fullmatch(ids, path):
                return address.name, found.groupdict()
        raise AssertionError(f"no page of the portal: {url}")

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

    async def unfold(self, selector: str) -> None:
        await self.part(f"{selector} > summary").click()

    async def tab_to(self, selector: str) -> None:
        """Goes there with the Tab key alone."""
        for _ in range(MOST_STOPS):
            if await self.part(selector).first.evaluate("it => it === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {selector} of {self.page.url}")

    async def strike(self, key: str) -> None:
        """Leaves the page by a key."""
        async with self.page.expect_navigation():
            await self.page.keyboard.press(key)

    def note_sent(self, request: Request) -> None:
        """What a script sends is no form: it keeps what is typed."""
        if (
            request.method == "POST"
            and request.is_navigation_request()
            and request.url.startswith(f"{self.portal}/{self.language}/")
        ):
            self.sent.add(self._page_at(request.url)[0])

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

    async def reads_done(self, key: str) -> None:
        """That something was done, as the page has it in its first notice."""
        await expect(self.part(".notice[role=status]")).to_have_text(self.words(f"done.{key}"))

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
    person = Somebody(await context.new_page(), portal, language, script)
    person.page.on("request", person.note_sent)
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
