"""What the endpoints work with, and whom they admit."""

from dataclasses import dataclass
from typing import Annotated, get_args

from services.mra_exchange.views.log import LogCatalogue
from services.mra_exchange.views.members import Disclosures
from shared.contracts.types import Administration
from shared.errors import Refused
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.state import deps
from shared.programme.roles import PARTNER, TRADER
from shared.programme.team import KnownTeams
from shared.store.journal import Journal


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with. `partner_kafka`: where partners come to Kafka, if that is known here."""

    disclosures: Disclosures
    teams: KnownTeams
    journal: Journal
    catalogue: LogCatalogue
    partner_kafka: str | None


AtDeps = Annotated[Deps, deps()]
Trader = Annotated[Call, allow(TRADER)]
Partner = Annotated[Call, allow(PARTNER)]


def administration_of(call: Call) -> Administration:
    """The administration of a partner's token. Raises Refused("role_not_allowed") if it names none that is known."""
    codes: tuple[Administration, ...] = get_args(Administration)
    for code in codes:
        if code == call.caller.administration:
            return code
    raise Refused("role_not_allowed")
