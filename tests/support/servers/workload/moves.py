"""What the people of a company do at any time, in any stage: consents, profile, sites, users, ownership."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from random import Random

from shared.contracts.types import Administration, CompanyRole
from tests.support.servers.workload.companies import (
    ADMINISTRATIONS,
    EDITORS,
    Company,
    join,
    new_address,
    sign,
    upload,
)
from tests.support.servers.workload.people import Person, Society

FEW_USERS = 6
NEWCOMERS = count(1)
ADDED: tuple[CompanyRole, ...] = ("proxy_account_owner", "full_access_user", "read_only_user")


@dataclass(frozen=True)
class Office:
    """The people of a company and whom they work with; the officer `decider` gives the account to another owner."""

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

    act: Callable[[Office], Awaitable[None]]
    when: Callable[[Office], bool]
    weight: int


# --- consents and profile -------------------------------------------------------------------------


async def give_consent(office: Office) -> None:
    company = office.company
    administration = office.chance.choice(office.consentable())
    async with company.seal:
        await sign(company.owner, f"PUT {company.path}/consents/{administration}", "consent")
    company.consents.add(administration)


async def withdraw_consent(office: Office) -> None:
    company = office.company
    administration = office.chance.choice(sorted(company.consents))
    async with company.seal:
        await office.any_of("account_owner", "proxy_account_owner").does(
            f"DELETE {company.path}/consents/{administration}"
        )
    company.consents.remove(administration)


async def give_consent_again(office: Office) -> None:
    """Of what was consented to already nothing becomes."""
    company = office.company
    administration = office.chance.choice(sorted(company.consents))
    async with company.seal:
        await sign(company.owner, f"PUT {company.path}/consents/{administration}", "consent", changes=False)


async def move_house(office: Office) -> None:
    await _change_profile(office, address=new_address(office.chance))


async def change_contact(office: Office) -> None:
    """None of a partner's business."""
    contact = {**office.company.profile["contact"], "phone": f"+1 807 555 {office.chance.randrange(10_000):04}"}
    await _change_profile(office, contact=contact, operating_name=f"Kestrel {office.chance.randrange(10**6)}")


async def change_twice(office: Office) -> None:
    """A change that is repeated under its key happens once; another one under that key does not."""
    company = office.company
    first, second = ({**company.profile, "address": new_address(office.chance)} for _ in range(2))
    async with company.seal:
        await office.any_of(*EDITORS).does_twice(f"PUT {company.path}/profile", first, second)
        company.profile = first


async def _change_profile(office: Office, **changes: object) -> None:
    company = office.company
    async with company.seal:
        company.profile = {**company.profile, **changes}
        await office.any_of(*EDITORS).does(f"PUT {company.path}/profile", company.profile)


# --- sites and documents --------------------------------------------------------------------------


async def rebuild(office: Office) -> None:
    """The main site is at another address; what was answered of it stays."""
    company = office.company
    site = {"name": "Main site", "lines_of_business": [company.line], "address": new_address(office.chance)}
    async with company.seal:
        editor = office.any_of(*EDITORS)
        main = (await editor.sees(company.path))["divisions"][0]
        await editor.does(f"PUT {company.path}/divisions/{main['division_id']}", site)


async def open_and_close_site(office: Office) -> None:
    """Meanwhile nothing can be submitted, for nothing is answered of it."""
    company = office.company
    site = {"name": "Seasonal site", "lines_of_business": [company.line], "address": new_address(office.chance)}
    async with company.seal:
        editor = office.any_of(*EDITORS)
        division = (await editor.does(f"POST {company.path}/divisions", site))["id"]
        await editor.does(f"DELETE {company.path}/divisions/{division}")


async def file_and_remove(office: Office) -> None:
    """A document that nothing names; officers may have been given it meanwhile."""
    document = await upload(office.company, "evidence")
    await office.company.founder.does(f"DELETE {office.company.path}/documents/{document}")


# --- users and ownership --------------------------------------------------------------------------


async def add_user(office: Office) -> None:
    async with office.company.seal:
        newcomer = await office.society.person(f"Newcomer {next(NEWCOMERS)}")
        await join(
            office.company, office.any_of("account_owner", "proxy_account_owner"), newcomer, office.chance.choice(ADDED)
        )


async def remove_user(office: Office) -> None:
    company = office.company
    async with company.seal:
        gone = office.chance.choice(office.removable())
        await company.owner.does(f"DELETE {company.path}/users/{gone.urn}")
        del company.users[gone]
        await _leave_no_role_open(company)


async def change_role(office: Office) -> None:
    company = office.company
    async with company.seal:
        person = office.chance.choice(office.removable())
        role = office.chance.choice([role for role in ADDED if role != company.users[person]])
        await company.owner.does(f"PUT {company.path}/users/{person.urn}/role", {"role": role})
        company.users[person] = role
        await _leave_no_role_open(company)


async def hand_over(office: Office) -> None:
    """Ownership is offered, and accepted or not."""
    company, offer = office.company, f"{office.company.path}/ownership-offer"
    async with company.seal:
        owner, successor = company.owner, office.any_of("proxy_account_owner", "full_access_user")
        await owner.does(f"POST {offer}", {"urn": successor.urn})
        match office.chance.choice(("accepted", "accepted", "declined", "revoked")):
            case "accepted":
                await sign(successor, f"POST {offer}/acceptance", "ownership")
                await _now_owned_by(successor, company)
            case "declined":
                await successor.does(f"POST {offer}/refusal")
            case _:
                await owner.does(f"DELETE {offer}")


async def recover(office: Office) -> None:
    """The owner is gone, and an officer finds another; the former owner comes back as proxy."""
    company = office.company
    async with company.seal:
        successor = office.any_of(*ADDED)
        found = {"urn": successor.urn, "evidence": "The registry of companies names another director."}
        await office.decider.does(f"POST {company.path}/ownership-recovery", found)
        await _now_owned_by(successor, company)


async def _now_owned_by(successor: Person, company: Company) -> None:
    """Who files a new proof of signing authority, without which nothing can be submitted."""
    company.users |= {company.owner: "proxy_account_owner", successor: "account_owner"}
    await upload(company, "signing_authority")
    await _leave_no_role_open(company)


async def _leave_no_role_open(company: Company) -> None:
    """What nobody fills is marked unused, so that the company can still submit."""
    for role in ADDED:
        if not company.having(role):
            await company.owner.does(f"PUT {company.path}/unused-roles/{role}", changes=False)


MOVES = (
    Move(give_consent, lambda office: bool(office.consentable()), 10),
    Move(withdraw_consent, lambda office: bool(office.company.consents), 4),
    Move(give_consent_again, lambda office: bool(office.company.consents), 1),
    Move(move_house, lambda _: True, 3),
    Move(change_contact, lambda _: True, 2),
    Move(change_twice, lambda _: True, 2),
    Move(rebuild, lambda _: True, 1),
    Move(open_and_close_site, lambda _: True, 1),
    Move(file_and_remove, lambda _: True, 1),
    Move(add_user, lambda office: len(office.company.users) < FEW_USERS, 2),
    Move(remove_user, lambda office: bool(office.removable()), 1),
    Move(change_role, lambda office: bool(office.removable()), 1),
    Move(hand_over, lambda office: bool(office.company.having("proxy_account_owner", "full_access_user")), 2),
    Move(recover, lambda office: bool(office.company.having(*ADDED)), 1),
)


async def work(office: Office) -> None:
    """One move of those that are possible now."""
    possible = [move for move in MOVES if move.when(office)]
    move = office.chance.choices(possible, [move.weight for move in possible])[0]
    await move.act(office)
