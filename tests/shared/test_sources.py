"""What the two source documents say that every service does, sentence by sentence (programme 6)."""

from deploy.local.deployment import AUDIENCE
from shared.http.identity import Identity
from shared.http.issuers import TrustedIssuer
from tests.support.servers.serving import issuing


async def test_6_20_people_sign_in_with_gckey_or_a_sign_in_partner_and_are_never_mixed_up() -> None:
    async with issuing() as gckey, issuing() as partner:
        identity = Identity(map(TrustedIssuer.model_validate, (gckey.url, partner.url)), AUDIENCE)
        caller, other, again = [await identity.caller(issuer.token("ann")) for issuer in (gckey, partner, gckey)]
    assert caller == again
    assert caller.subject != other.subject
