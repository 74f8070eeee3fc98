"""Companies that lack nothing to submit, prepared over HTTP as the demonstration prepares its one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from stdnum import luhn

from deploy.demo.cast import Cast
from deploy.demo.company import Company, Firm
from shared.decider import Json

ADMINISTRATION = "US"
AT_ONCE = 8
T = TypeVar("T")
R = TypeVar("R")


async def prepared(cast: Cast, catalogue: Json, number: int) -> Company:
    """A company that lacks nothing to submit, and consents to inform one administration."""
    firm = Firm(legal_name=f"Cartage {number} Ltd.", business_number=business_number(number))
    owner, proxy, full = (cast.trader(f"{role} {number}") for role in ("Owner", "Proxy", "Full"))
    company = await Company.registered(firm, owner)
    await company.add_people(proxy, full)
    await company.answer_about_itself()
    await company.add_divisions(catalogue, await company.upload_documents(catalogue))
    await company.consent(ADMINISTRATION, (await owner.get("intake", f"{company.path}/consents"))["text"]["version"])
    return company


def business_number(number: int) -> str:
    """One of a range that is not issued."""
    digits = f"9{number:07}"
    return f"{digits}{luhn.calc_check_digit(digits)}"


async def few_at_once(of: Iterable[T], work: Callable[[T], Awaitable[R]]) -> list[R]:
    """All of it, a few side by side."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(part: T) -> R:
        async with room:
            return await work(part)

    return await asyncio.gather(*map(one, of))
