"""Issuers are named by a URL, or with more; and whoever they name keeps the number of before."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.http.identity import caller_of, urn
from shared.http.issuers import TrustedIssuer
from shared.http.provider import Endpoints
from shared.settings import ServiceSettings

OLD, NEW = "http://keycloak:8080/realms/tt", "https://sign-in.example/realms/tt"
KEY = "c2Vzc2lvbi1rZXktb2YtdGVzdHMtd2l0aC0zMi1ieXQ"


def settings(**given: Any) -> ServiceSettings:
    return ServiceSettings.model_validate(
        {
            "kafka_bootstrap": "127.0.0.1:9",
            "mongo_url": "mongodb://127.0.0.1:9",
            "database": "nowhere",
            "issuers": [NEW],
            **given,
        }
    )


def faults(**given: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as invalid:
        settings(**given)
    return {str(error["loc"][0]): error["type"] for error in invalid.value.errors()}


def test_a_url_alone_is_an_issuer_without_a_door() -> None:
    (issuer,) = settings(issuers=f'["{NEW}/"]').issuers
    assert (issuer.address, issuer.lasting_id, issuer.client_id) == (NEW, NEW, None)
    assert issuer.title.en == issuer.title.fr == "sign-in.example"


def test_an_issuer_may_be_named_with_more() -> None:
    named = {"url": NEW, "id": OLD, "kind": "partner", "client_id": "portal", "name": {"en": "A bank", "fr": "Banque"}}
    (issuer,) = settings(issuers=[named]).issuers
    assert (issuer.address, issuer.lasting_id, issuer.kind, issuer.title.fr) == (NEW, OLD, "partner", "Banque")


@given(st.text(min_size=1))
def test_a_person_of_before_keeps_its_number_when_the_issuer_moves(subject: str) -> None:
    before = caller_of(TrustedIssuer.model_validate(OLD), {"sub": subject})
    moved = caller_of(TrustedIssuer.model_validate({"url": NEW, "id": OLD}), {"sub": subject})
    assert moved == before
    assert before.subject == urn(OLD, subject)
    assert caller_of(TrustedIssuer.model_validate(NEW), {"sub": subject}) != before


def test_a_number_of_before_is_known() -> None:
    """Companies list their users by it: it can never be made in another way."""
    assert urn("https://sign-in.example", "ann") == "UFRB72XIAJOWSFTRTHU7WUKUV2"


@pytest.mark.parametrize(
    ("issuers", "fault"),
    [
        ([], "too_short"),
        ([{"url": "http://sign-in.example", "client_id": "portal"}], "http"),
        ([NEW, {"url": f"{NEW}/", "id": OLD}], "repeated"),
        ([{"url": NEW, "kind": "bank"}], "literal_error"),
        ([{"url": NEW, "secret": "hush"}], "extra_forbidden"),
        ([{"url": NEW, "name": {"en": "A bank"}}], "missing"),
    ],
)
def test_what_is_wrong_with_issuers_is_named(issuers: list[Any], fault: str) -> None:
    assert faults(issuers=issuers) == {"issuers": fault}


@pytest.mark.parametrize(
    "url", ["https://portal.example.ca", "http://127.0.0.1:8080", "http://localhost", "http://portal.localhost:81"]
)
def test_a_portal_is_at_an_origin(url: str) -> None:
    sessions = settings(public_url=url, session_keys=[KEY]).sessions
    assert sessions
    assert sessions.origin == url


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://portal.example.ca", "http"),
        ("http://localhost.evil.example", "http"),
        ("https://portal.example.ca/here", "origin"),
        ("https://portal.example.ca/?a=b", "origin"),
        ("https://ann@portal.example.ca", "origin"),
    ],
)
def test_a_portal_is_nowhere_else(url: str, fault: str) -> None:
    assert faults(public_url=url, session_keys=[KEY]) == {"public_url": fault}


@pytest.mark.parametrize(
    ("keys", "fault"), [(None, "missing"), ([], "too_short"), (["c2hvcnQ"], "session_key"), (["é" * 43], "session_key")]
)
def test_keys_that_seal_nothing_are_refused_at_the_start(keys: list[str] | None, fault: str) -> None:
    assert faults(public_url="https://portal.example.ca", session_keys=keys) == {"session_keys": fault}


def test_an_issuer_by_https_is_asked_by_https_alone() -> None:
    published = {"jwks_uri": "https://a.example/keys", "token_endpoint": "http://a.example/token", "more": 1}
    assert Endpoints.published(published, "http://127.0.0.1").token_endpoint == "http://a.example/token"
    with pytest.raises(ValueError, match="http://a"):
        Endpoints.published(published, "https://a.example")
