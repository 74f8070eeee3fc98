"""What a company reads of its sharing, and what a foreign administration reads of the members that it may know."""

from services.mra_exchange.pages import changes, connection, log, members

ROUTERS = (log.router, members.router, changes.router, connection.router)
