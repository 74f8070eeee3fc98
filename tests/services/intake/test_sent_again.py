"""While no database is in reach, what was typed stands on the page that says so, and is sent again from there."""

from uuid import uuid4

import httpx
import pytest

from services.intake.main import build
from services.intake.settings import Settings
from shared.http.session.session import Sessions
from shared.http.state import ServiceState
from shared.i18n import Language
from shared.pages.addresses import LANGUAGES, addresses
from tests.support.built import SETTINGS
from tests.support.servers.browser import signed_in
from tests.support.servers.served import SESSION_KEY

PORTAL = "http://127.0.0.1:9"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_that_was_typed_is_lost_while_the_database_is_away(language: Language) -> None:
    app = build(Settings.model_validate({**SETTINGS, "public_url": PORTAL, "session_keys": [SESSION_KEY]}))
    sessions = ServiceState.of(app).sessions
    assert isinstance(sessions, Sessions)
    path = addresses()["profile"].path(language, company_id=uuid4())
    typed = {"legal_name": ['Cartage & "Boréal"\nLtée'], "form-key": ["k1"], "address.lines": ["1", "2"]}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PORTAL) as http:
        ann = signed_in(http, sessions, "ann", issuer="https://issuer.example")
        page = await ann.sends(path, typed)
        assert (page.status, page.html.select_one("html")["lang"]) == (503, f"{language}-CA")  # type: ignore[index]  # there is one
        assert page.filled() == typed
        again = await page.send()
        assert (again.status, again.filled()) == (503, typed)
