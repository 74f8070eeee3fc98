"""Without a good token nothing else of a request is judged."""

from datetime import timedelta
from uuid import uuid4

from joserfc.jwk import RSAKey

from shared.clock import now
from tests.shared.http.toy_service import ToyService, problem
from tests.support.servers.serving import Issuer, client


async def test_tokens_that_are_not_good(service: ToyService) -> None:
    stranger = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    issuer = service.issuer
    tokens = {
        "none": None,
        "no token at all": "abc",
        "another key": Issuer(issuer.url, stranger).token("ann"),
        "another issuer": Issuer("http://127.0.0.1:9", issuer.key).token("ann"),
        "expired": issuer.token("ann", at=now() - timedelta(hours=9)),
    }
    for name, token in tokens.items():
        async with client(service.url, token) as nobody:
            answer = await nobody.post(f"/tallies/{uuid4()}", json={})
        assert problem(answer, 401, "unauthorised"), name
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_without_a_good_token_nothing_else_of_a_request_is_judged(service: ToyService) -> None:
    async with client(service.url, None) as nobody:
        answer = await nobody.post(f"/tallies/{uuid4()}", content=b"{", headers={"If-Match": "malformed"})
    problem(answer, 401, "unauthorised")
