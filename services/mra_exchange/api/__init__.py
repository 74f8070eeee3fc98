"""Endpoints: a foreign administration reads what it may know, a company what was sent of it."""

from services.mra_exchange.api import changes, log, members

ROUTERS = (members.router, changes.router, log.router)
