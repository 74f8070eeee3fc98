"""The way to an issuer and back: nobody else can begin it, finish it, or finish it twice."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.http.session.way import LASTS_FOR, SignInFailed, Way, begun, code_of, cookie_of, leading_to

ISSUER = "https://sign-in.example"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
WAY = begun(ISSUER, "/en/welcome", NOON)
BACK = {"code": "c", "state": WAY.state, "iss": ISSUER}


def test_the_challenge_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    way = Way(**{**WAY.model_dump(), "verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"})
    assert way.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_no_two_ways_share_anything_and_the_address_shows_no_secret() -> None:
    other = begun(ISSUER, "/en/welcome", NOON)
    assert {WAY.state, WAY.nonce, WAY.verifier} & {other.state, other.nonce, other.verifier} == set()
    assert cookie_of(WAY.state) != cookie_of(other.state)
    url = urlsplit(leading_to(f"{ISSUER}/authorize?realm=tt", WAY, {"client_id": "portal", "ui_locales": "fr"}))
    asked = {name: value for name, (value,) in parse_qs(url.query).items()}
    assert asked == {
        "realm": "tt",
        "response_type": "code",
        "scope": "openid profile",
        "state": WAY.state,
        "nonce": WAY.nonce,
        "code_challenge": WAY.challenge,
        "code_challenge_method": "S256",
        "client_id": "portal",
        "ui_locales": "fr",
    }
    assert WAY.verifier not in url.query


@pytest.mark.parametrize("answered", [BACK, {**BACK, "iss": f"{ISSUER}/"}])
def test_a_code_comes_back_on_its_way(answered: dict[str, str]) -> None:
    assert code_of(WAY, answered, names_itself=True, at=NOON) == "c"


def test_an_issuer_that_never_names_itself_need_not() -> None:
    assert code_of(WAY, {"code": "c", "state": WAY.state}, names_itself=False, at=NOON) == "c"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "of somebody else"}, "expired"),
        ({"state": "é"}, "expired"),
        ({"state": None}, "expired"),
        ({"iss": "https://evil.example"}, "declined"),
        ({"iss": None}, "declined"),
        ({"code": None}, "declined"),
        ({"error": "access_denied"}, "declined"),
    ],
)
def test_whatever_else_comes_back_signs_nobody_in(change: dict[str, Any], reason: str) -> None:
    answered = {name: value for name, value in {**BACK, **change}.items() if value is not None}
    with pytest.raises(SignInFailed, match=reason):
        code_of(WAY, answered, names_itself=True, at=NOON)


def test_a_way_is_open_for_ten_minutes() -> None:
    assert code_of(WAY, BACK, names_itself=True, at=NOON + LASTS_FOR - timedelta(seconds=1))
    with pytest.raises(SignInFailed, match="expired"):
        code_of(WAY, BACK, names_itself=True, at=NOON + timedelta(minutes=10))
