"""Who calls is known by token, whichever issuer it comes from."""

from uuid import uuid4

from joserfc.jwk import RSAKey

from deploy.local.processes import free_port
from shared.http.identity import urn
from shared.store.client import Database
from tests.shared.http.toy_service import problem, toy_app
from tests.support.servers.serving import Issuer, client, serving


async def test_two_issuers_cannot_name_the_same_person(issuer: Issuer) -> None:
    assert urn("https://a.example", "ann") != urn("https://b.example", "ann")
    assert urn("https://a.example/", "ann") == urn("https://a.example", "ann")
    assert issuer.url not in urn(issuer.url, "ann")


async def test_keys_of_an_issuer_that_is_away_are_a_503(database: Database, mongo_url: str) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    async with (
        serving(toy_app(mongo_url, database.name, nowhere)) as url,
        client(url, Issuer(nowhere, key).token("ann")) as ann,
    ):
        answer = await ann.post(f"/tallies/{uuid4()}", json={})
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "2"
