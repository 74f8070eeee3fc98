"""Where people come in who are not signed in yet: a door for each kind of them, the local issuer, and what is away."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import quote

from deploy.local.processes import LOOPBACK, free_port
from deploy.local.sign_in.endpoints import CLIENT, Portal
from shared.http.session.paths import SIGN_IN, SIGNED_OUT
from shared.pages.addresses import LANGUAGES
from shared.pages.entrance import AWAY
from tests.support.servers.portal import Spot
from tests.support.servers.serving import issuing
from tests.support.servers.sign_in import open_at, portal_settings

NAMES = {
    "credential": {"en": "Credential for traders", "fr": "Identifiant des négociants"},
    "partner": {"en": "Bank of the Great Lakes", "fr": "Banque des Grands Lacs"},
    "staff": {"en": "Agency account", "fr": "Compte du personnel"},
}
PATHS: Mapping[str, str] = {
    "sign_in": f"{SIGN_IN}?lang={{language}}",
    "sign_in_issuer": f"{SIGN_IN}?then=/{{language}}&door={{issuer}}",
    "signed_out": f"{SIGNED_OUT}?lang={{language}}",
    "away": f"/{{language}}{AWAY}",
    "not_found": "/{language}/nowhere",
}
NOBODY = "session=none"


@asynccontextmanager
async def doors() -> AsyncIterator[tuple[Spot, ...]]:
    """Those pages, in both languages."""
    port = free_port()
    origin = f"http://{LOOPBACK}:{port}"
    async with issuing(Portal(origin)) as issuer:
        issuers = [
            {"url": f"{issuer.url}{path}", "client_id": CLIENT, "kind": kind, "name": name}
            for (kind, name), path in zip(NAMES.items(), ("", "/bank", "/agency"), strict=True)
        ]
        here = quote(issuer.url, safe="")
        async with open_at(port, portal_settings(origin, issuers)):
            yield tuple(
                Spot(name, language, origin + path.format(language=language, issuer=here), NOBODY)
                for name, path in PATHS.items()
                for language in LANGUAGES
            )
