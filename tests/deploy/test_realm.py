"""Keycloak's realm lets people sign in with a browser as the portal does it."""

import json
from datetime import timedelta
from typing import Any

from shared.http.session.paths import SIGNED_IN, SIGNED_OUT
from shared.http.session.session import LASTS_FOR
from shared.pages.addresses import LANGUAGES
from tests.support.source import ROOT

REALM: dict[str, Any] = json.loads((ROOT / "deploy" / "keycloak" / "realm.json").read_text("utf-8"))
(PORTAL,) = (client for client in REALM["clients"] if client["clientId"] == "portal")


def test_people_sign_in_with_a_code_and_pkce_and_in_no_other_way() -> None:
    assert (PORTAL["publicClient"], PORTAL["standardFlowEnabled"]) == (True, True)
    assert PORTAL["directAccessGrantsEnabled"] is False
    assert PORTAL["attributes"]["pkce.code.challenge.method"] == "S256"


def test_they_come_back_to_signing_in_and_out_alone() -> None:
    left = PORTAL["attributes"]["post.logout.redirect.uris"].split("##")
    for urls, path in ((PORTAL["redirectUris"], SIGNED_IN), (left, SIGNED_OUT)):
        assert urls == [f"${{PUBLIC_URL}}{path}"]


def test_the_id_token_names_roles_and_administration() -> None:
    mappers = {mapper["name"]: mapper["config"] for mapper in PORTAL["protocolMappers"]}
    assert {config["claim.name"]: config["id.token.claim"] for config in mappers.values()} == {
        "roles": "true",
        "administration": "true",
    }
    assert mappers["roles"]["multivalued"] == "true"


def test_refresh_tokens_are_taken_once_and_last_as_long_as_a_session() -> None:
    assert (REALM["revokeRefreshToken"], REALM["refreshTokenMaxReuse"]) == (True, 0)
    assert timedelta(seconds=REALM["ssoSessionIdleTimeout"]) == LASTS_FOR
    assert timedelta(seconds=REALM["ssoSessionMaxLifespan"]) == LASTS_FOR


def test_it_asks_in_both_languages() -> None:
    assert set(REALM["supportedLocales"]) == set(LANGUAGES)
