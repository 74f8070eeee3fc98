"""What a company of before announces to services that consume it for the first time (docs/decisions/0032)."""

from typing import Literal

from services.intake.domain.company.state import Company
from shared.decider import Command, Fact

ANNOUNCED = 1  # its users


class Announce(Command):
    kind: Literal["announce"] = "announce"


class UsersAnnounced(Fact):
    kind: Literal["users_announced"] = "users_announced"
    announced: int


def announce(company: Company) -> tuple[UsersAnnounced, ...]:
    return () if company.announced >= ANNOUNCED else (UsersAnnounced(announced=ANNOUNCED),)


def evolve(company: Company, fact: UsersAnnounced) -> Company:
    return company.model_copy(update={"announced": fact.announced})
