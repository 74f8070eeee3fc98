"""What a browser keeps for us opens only unchanged, under a key of ours, and for the use for which it was sealed."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from fastapi import Response
from hypothesis import given
from hypothesis import strategies as st

from shared.http.session.sealed import Seal
from shared.http.session.session import FRESH_FOR, LASTS_FOR, Session, Sessions
from shared.model import Model
from tests.support.builders.sessions import NOON, SESSION

OLD, NEW = (urlsafe_b64encode(bytes([number]) * 32).decode().rstrip("=") for number in (1, 2))
MOST_A_BROWSER_KEEPS = 4_096
SEALED = Seal([NEW]).close(SESSION)


def kept(sessions: Sessions, session: Session) -> SimpleCookie:
    """The cookies of an answer that gives a browser this session."""
    response = Response()
    sessions.keep_session(response, session, NOON)
    return SimpleCookie(response.headers["set-cookie"])


def test_what_was_sealed_opens_and_shows_nothing() -> None:
    assert Seal([NEW]).open(SEALED, Session) == SESSION
    assert "Odile" not in SEALED
    assert Seal([NEW]).close(SESSION) != SEALED, "the same twice would show that it is the same"


@given(st.integers(0, len(SEALED) - 1), st.sampled_from("Aa0_-.=é\x00"))
def test_one_character_changed_opens_nothing(at: int, character: str) -> None:
    """The last character of a part has bits that base64 does not read."""
    changed = f"{SEALED[:at]}{character}{SEALED[at + 1 :]}"
    opened = Seal([NEW]).open(changed, Session)
    assert opened is None or changed == SEALED or (opened == SESSION and changed[at + 1 : at + 2] in {"", "."})


@given(st.text())
def test_what_is_no_seal_opens_nothing(text: str) -> None:
    assert Seal([NEW]).open(text, Session) is None


def test_a_new_key_in_front_leaves_what_the_old_one_has_sealed() -> None:
    of_before = Seal([OLD]).close(SESSION)
    assert Seal([NEW, OLD]).open(of_before, Session) == SESSION
    assert Seal([OLD]).open(Seal([NEW, OLD]).close(SESSION), Session) is None
    assert Seal([NEW]).open(of_before, Session) is None


class Ticket(Model):
    seat: str


class Voucher(Model):
    seat: str


def test_what_is_sealed_for_one_use_opens_for_no_other() -> None:
    seal, ticket = Seal([NEW]), Ticket(seat="4")
    assert seal.open(seal.close(ticket), Ticket) == ticket
    assert seal.open(seal.close(ticket), Voucher) is None


@pytest.mark.parametrize("length", [700, 2_000, 2_300, 9_000])
def test_a_browser_has_room_for_a_session_whatever_the_refresh_token(length: int) -> None:
    sessions = Sessions(Seal([NEW]), "https://portal.example.ca")
    session = SESSION.model_copy(update={"refresh_token": "r" * length, "name": "É" * 100})
    (cookie,) = kept(sessions, session).values()
    assert len(f"{cookie.key}={cookie.value}") < MOST_A_BROWSER_KEEPS
    opened = sessions.seal.open(cookie.value, Session)
    assert opened
    assert opened.model_copy(update={"refresh_token": session.refresh_token}) == session
    assert (opened.refresh_token is None) == (length == 9_000), "the session then lasts as long as it is fresh"


def test_no_script_and_no_other_site_has_the_cookie() -> None:
    (cookie,) = kept(Sessions(Seal([NEW]), "https://portal.example.ca"), SESSION).values()
    assert cookie.key == "__Host-session"
    attributes = {name: value for name, value in cookie.items() if value}
    assert attributes == {
        "path": "/",
        "max-age": str(int(timedelta(hours=8).total_seconds())),
        "secure": True,
        "httponly": True,
        "samesite": "lax",
    }


def test_without_https_it_is_bound_to_the_port_by_its_name() -> None:
    """Cookies know no ports: two deployments on one machine would take each other's."""
    names = {
        origin: Sessions(Seal([NEW]), origin).cookie
        for origin in (
            "http://127.0.0.1:8001",
            "http://127.0.0.1:8002",
            "http://portal.localhost",
            "https://portal.example.ca:8443",
        )
    }
    assert list(names.values()) == ["session-8001", "session-8002", "session", "__Host-session-8443"]
    (cookie,) = kept(Sessions(Seal([NEW]), "http://127.0.0.1:8001"), SESSION).values()
    assert not cookie["secure"]


@given(st.timedeltas(timedelta(0), timedelta(hours=9)))
def test_a_session_is_fresh_and_renewable_until_its_times(passed: timedelta) -> None:
    at = NOON + passed
    assert SESSION.is_fresh(at) == (passed < FRESH_FOR)
    assert SESSION.is_renewable(at) == (passed < LASTS_FOR)
    assert not SESSION.model_copy(update={"refresh_token": None}).is_renewable(at)


def test_a_service_may_take_fewer_roles_from_a_session() -> None:
    seal, origin = Seal([NEW]), "https://portal.example.ca"
    session = SESSION.model_copy(update={"roles": ("operator", "review_officer")})
    assert Sessions(seal, origin).caller(session).roles == {"operator", "review_officer"}
    assert Sessions(seal, origin, frozenset({"operator"})).caller(session).roles == {"operator"}
