"""What the people of a company do at any time, in any stage: consents, profile, sites, users, ownership."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from random import Random

from shared.contracts.types import Administration, CompanyRole
from tests.support.servers.workload.companies import (
    ADMINISTRATIONS,
    CATALOGUE,
    EDITORS,
    Company,
    join,
    new_address,
    signature,
    upload,
)
from tests.support.servers.workload.people import Person, Society

FEW_USERS = 6
NEWCOMERS = count(1)
ADDED: tuple[CompanyRole, ...] = ("proxy_account_owner", "full_access_user", "read_only_user")


@dataclass(frozen=True)
class Desk:
    """A company's desk, and all who could come to it; the officer `decider` gives the account to another owner."""

    company: Company
    society: Society
    decider: Person
    chance: Random

    def any_of(self, *roles: CompanyRole) -> Person:
        return self.chance.choice(self.company.having(*roles))

    def consentable(self) -> list[Administration]:
        return sorted({*ADMINISTRATIONS} - {self.company.never_consented} - self.company.consents)

    def removable(self) -> list[Person]:
        return [person for person in self.company.having(*ADDED) if person is not self.company.founder]


@dataclass(frozen=True)
class Move:
    """Something that may be done when `when` holds."""

    act: Callable[[Desk], Awaitable[None]]
    when: Callable[[Desk], bool]
    weight: int


# --- consents and profile -------------------------------------------------------------------------


async def give_consent(desk: Desk) -> None:
    company = desk.company
    administration = desk.chance.choice(desk.consentable())
    async with company.seal:
        await company.owner.does(f"PUT {company.path}/consents/{administration}", signature(CATALOGUE.consent))
    company.consents.add(administration)


async def withdraw_consent(desk: Desk) -> None:
    company = desk.company
    administration = desk.chance.choice(sorted(company.consents))
    async with company.seal:
        await desk.any_of("account_owner", "proxy_account_owner").does(
            f"DELETE {company.path}/consents/{administration}"
        )
    company.consents.remove(administration)


async def give_consent_again(desk: Desk) -> None:
    """Of what was consented to already nothing becomes."""
    company = desk.company
    administration = desk.chance.choice(sorted(company.consents))
    async with company.seal:
        await company.owner.does(
            f"PUT {company.path}/consents/{administration}", signature(CATALOGUE.consent), changes=False
        )


async def move_house(desk: Desk) -> None:
    await _change_profile(desk, address=new_address(desk.chance))


async def change_contact(desk: Desk) -> None:
    """None of a partner's business."""
    contact = {**desk.company.profile["contact"], "phone": f"+1 807 555 {desk.chance.randrange(10_000):04}"}
    await _change_profile(desk, contact=contact, operating_name=f"Kestrel {desk.chance.randrange(10**6)}")


async def change_twice(desk: Desk) -> None:
    """A change that is repeated under its key happens once; another one under that key does not."""
    company = desk.company
    first, second = ({**company.profile, "address": new_address(desk.chance)} for _ in range(2))
    async with company.seal:
        await desk.any_of(*EDITORS).does_twice(f"PUT {company.path}/profile", first, second)
    company.profile = first


async def _change_profile(desk: Desk, **changes: object) -> None:
    company = desk.company
    company.profile = {**company.profile, **changes}
    async with company.seal:
        await desk.any_of(*EDITORS).does(f"PUT {company.path}/profile", company.profile)


# --- sites and documents --------------------------------------------------------------------------


async def rebuild(desk: Desk) -> None:
    """The main site is at another address; what was answered of it stays."""
    company = desk.company
    site = {"name": "Main site", "lines_of_business": [company.line], "address": new_address(desk.chance)}
    async with company.seal:
        editor = desk.any_of(*EDITORS)
        main = (await editor.sees(company.path))["divisions"][0]
        await editor.does(f"PUT {company.path}/divisions/{main['division_id']}", site)


async def open_and_close_site(desk: Desk) -> None:
    """Meanwhile nothing can be submitted, for nothing is answered of it."""
    company = desk.company
    site = {"name": "Seasonal site", "lines_of_business": [company.line], "address": new_address(desk.chance)}
    async with company.seal:
        editor = desk.any_of(*EDITORS)
        division = (await editor.does(f"POST {company.path}/divisions", site))["id"]
        await editor.does(f"DELETE {company.path}/divisions/{division}")


async def file_and_remove(desk: Desk) -> None:
    """A document that nothing names; officers may have been given it meanwhile."""
    document = await upload(desk.company, "evidence")
    await desk.company.founder.does(f"DELETE {desk.company.path}/documents/{document}")


# --- users and ownership --------------------------------------------------------------------------


async def add_user(desk: Desk) -> None:
    async with desk.company.seal:
        newcomer = await desk.society.person(f"Newcomer {next(NEWCOMERS)}")
        await join(
            desk.company, desk.any_of("account_owner", "proxy_account_owner"), newcomer, desk.chance.choice(ADDED)
        )


async def remove_user(desk: Desk) -> None:
    company = desk.company
    async with company.seal:
        gone = desk.chance.choice(desk.removable())
        await company.owner.does(f"DELETE {company.path}/users/{gone.urn}")
        del company.users[gone]
        await _leave_no_role_open(company)


async def change_role(desk: Desk) -> None:
    company = desk.company
    async with company.seal:
        person = desk.chance.choice(desk.removable())
        role = desk.chance.choice([role for role in ADDED if role != company.users[person]])
        await company.owner.does(f"PUT {company.path}/users/{person.urn}/role", {"role": role})
        company.users[person] = role
        await _leave_no_role_open(company)


async def hand_over(desk: Desk) -> None:
    """Ownership is offered, and accepted or not."""
    company, offer = desk.company, f"{desk.company.path}/ownership-offer"
    async with company.seal:
        owner, successor = company.owner, desk.any_of("proxy_account_owner", "full_access_user")
        await owner.does(f"POST {offer}", {"urn": successor.urn})
        match desk.chance.choice(("accepted", "accepted", "declined", "revoked")):
            case "accepted":
                await successor.does(f"POST {offer}/acceptance", signature(CATALOGUE.ownership))
                await _now_owned_by(successor, company)
            case "declined":
                await successor.does(f"POST {offer}/refusal")
            case _:
                await owner.does(f"DELETE {offer}")


async def recover(desk: Desk) -> None:
    """The owner is gone, and an officer finds another; the former owner comes back as proxy."""
    company = desk.company
    async with company.seal:
        successor = desk.any_of(*ADDED)
        found = {"urn": successor.urn, "evidence": "The registry of companies names another director."}
        await desk.decider.does(f"POST {company.path}/ownership-recovery", found)
        await _now_owned_by(successor, company)


async def _now_owned_by(successor: Person, company: Company) -> None:
    company.users |= {company.owner: "proxy_account_owner", successor: "account_owner"}
    await _leave_no_role_open(company)


async def _leave_no_role_open(company: Company) -> None:
    """What nobody fills is marked unused, so that the company can still submit."""
    for role in ADDED:
        if not company.having(role):
            await company.owner.does(f"PUT {company.path}/unused-roles/{role}", changes=False)


MOVES = (
    Move(give_consent, lambda desk: bool(desk.consentable()), 10),
    Move(withdraw_consent, lambda desk: bool(desk.company.consents), 4),
    Move(give_consent_again, lambda desk: bool(desk.company.consents), 1),
    Move(move_house, lambda _: True, 3),
    Move(change_contact, lambda _: True, 2),
    Move(change_twice, lambda _: True, 2),
    Move(rebuild, lambda _: True, 1),
    Move(open_and_close_site, lambda _: True, 1),
    Move(file_and_remove, lambda _: True, 1),
    Move(add_user, lambda desk: len(desk.company.users) < FEW_USERS, 2),
    Move(remove_user, lambda desk: bool(desk.removable()), 1),
    Move(change_role, lambda desk: bool(desk.removable()), 1),
    Move(hand_over, lambda desk: bool(desk.company.having("proxy_account_owner", "full_access_user")), 2),
    Move(recover, lambda desk: bool(desk.company.having(*ADDED)), 1),
)


async def work(desk: Desk) -> None:
    """One move of those that are possible now."""
    possible = [move for move in MOVES if move.when(desk)]
    move = desk.chance.choices(possible, [move.weight for move in possible])[0]
    await move.act(desk)
