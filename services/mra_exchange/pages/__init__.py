"""What a company reads in its portal of what partners were sent."""

from services.mra_exchange.pages import log

ROUTERS = (log.router,)
