"""Who visits the pages of mra_exchange."""

from typing import Annotated

from shared.pages.visits import SignedVisit, signed_in
from shared.programme.roles import PARTNER, TRADER

Trader = Annotated[SignedVisit, signed_in(TRADER)]
Partner = Annotated[SignedVisit, signed_in(PARTNER)]
