"""Somebody at the portal in a real browser: reads, fills fields by their names, presses what words name."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, FilePayload, Locator, Page, Request, expect

from shared.i18n import Language
from shared.pages.addresses import addresses
from shared.pages.speech import NO_BREAK, Words
from tests.e2e.browser.hands import Hands, Pointer
from tests.support.servers.bus import until
from tests.support.servers.chromium import WIDE, Window
from tests.support.source import SERVICES

WORDS = Words("shared.pages", *(f"services.{name}.catalogue" for name in SERVICES))
SIGN_IN = Words("deploy.local.sign_in")
REFUSED_IN_WORDS = re.compile(r"the server responded with a status of (409|415|422) ")
PATIENCE_SECONDS, PAUSE_SECONDS = 60, 0.5


@dataclass(frozen=True)
class Manner:
    """How people are at the portal: with or without script, what they act with, and how large their window is."""

    language: Language
    script: bool
    hands: type[Hands] = Pointer
    size: tuple[int, int] = WIDE


@dataclass
class Somebody:
    """One person; `ids` are those that pages are about.

    `complaints`: what the browser has reported, and each page that was wider than its window.
    `sent`: the pages whose forms this person has sent.
    """

    page: Page
    hands: Hands
    portal: str
    language: Language
    has_script: bool
    ids: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)

    async def sign_in(self, name: str) -> None:
        """As a person whom nobody has heard of."""
        await self._come_to_the_door()
        await self.hands.write(self.part("#name"), name)
        await self._enter_by(SIGN_IN.phrase("new.go", self.language), name)

    async def sign_in_as(self, name: str) -> None:
        """As one of those whom the issuer offers."""
        await self._come_to_the_door()
        await self._enter_by(name, name)

    async def _come_to_the_door(self) -> None:
        await self.page.goto(f"{self.portal}/{self.language}")
        await self.follow("a[href*='/session/sign-in']")

    async def _enter_by(self, button: str, name: str) -> None:
        await self.leave_by(self.page.get_by_role("button", name=button).first)
        await expect(self.part(".tools__who")).to_contain_text(name)

    async def open(self, name: str) -> None:
        """A page by its address, as from a note or a message."""
        await self.page.goto(self.portal + self._path_of(name))
        await self._compare_widths()

    async def enter(self, room: str) -> None:
        """By the navigation, which a narrow window keeps behind a button."""
        menu = self.part(".nav__open")
        if await menu.is_visible():
            await self.hands.press(menu)
        await self.follow(f"#nav a[href='{self._path_of(room)}']")

    async def enter_until(self, room: str, selector: str) -> Locator:
        await self.enter(room)
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

    def _path_of(self, name: str) -> str:
        return addresses()[name].path(self.language, **self.ids)

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
        async with self._leaving():
            await self.hands.press(way)

    async def strike(self, key: str) -> None:
        """Leaves the page by a key."""
        async with self._leaving():
            await self.page.keyboard.press(key)

    @asynccontextmanager
    async def _leaving(self) -> AsyncIterator[None]:
        await self._compare_widths()
        async with self.page.expect_navigation():
            yield
        await self._compare_widths()

    async def _compare_widths(self) -> None:
        if (pixels := await Window(self.page).overflow()) > 0:
            self.complaints.append(f"{self.page.url} is {pixels} pixels wider than its window")

    async def unfold(self, selector: str) -> None:
        await self.hands.press(self.part(f"{selector} > summary"))

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
                    await self.hands.tick(fields.and_(self.part(f"[value='{each}']")))
            elif not isinstance(value, str):
                raise AssertionError(f"{name} holds one value")
            elif await fields.and_(self.part("select")).count():
                await self.hands.choose(fields, value)
            else:
                await self.hands.write(fields.first, value)

    async def tick(self, selector: str) -> None:
        await self.hands.tick(self.part(selector))

    async def choose_file(self, name: str, content: bytes) -> None:
        file = FilePayload(name=name, mimeType="application/pdf", buffer=content)
        await self.hands.choose_file(self.part("#file"), file)

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
async def somebody(chromium: Browser, portal: str, manner: Manner) -> AsyncIterator[Somebody]:
    """A browser of its own, whose complaints are collected; that a form was refused in words is none."""
    width, height = manner.size
    context = await chromium.new_context(
        locale=f"{manner.language}-CA",
        viewport={"width": width, "height": height},
        java_script_enabled=manner.script,
        reduced_motion="reduce",  # as every window of these tests
    )
    page = await context.new_page()
    person = Somebody(page, manner.hands(page), portal, manner.language, manner.script)
    page.on("request", person.note_sent)
    page.on(
        "console",
        lambda line: (
            person.complaints.append(line.text)
            if line.type == "error" and not REFUSED_IN_WORDS.search(line.text)
            else None
        ),
    )
    page.on("pageerror", lambda error: person.complaints.append(str(error)))
    yield person
    await context.close()
