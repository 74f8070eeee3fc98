"""What a browser keeps for us unread and unchanged: sealed as a JWE (RFC 7516) with a key that the services share."""

from base64 import urlsafe_b64decode
from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey
from pydantic import ValidationError

from shared.model import Model

ALGORITHM, ENCRYPTION = "dir", "A256GCM"
KEY_BYTES = 32
Sealed = TypeVar("Sealed", bound=Model)


class Seal:
    """Seals with the first key, and opens what any of them has sealed. A key is 32 bytes in base64url."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises ValueError."""
        made = [_key(text) for text in keys]
        self._newest, self._keys = made[0], KeySet([*made])

    def close(self, what: Model) -> str:
        """Its use is the name of its class: nothing that is sealed for one use opens for another."""
        header = {"alg": ALGORITHM, "enc": ENCRYPTION, "kid": self._newest.kid, "typ": type(what).__name__}
        return jwe.encrypt_compact(header, what.model_dump_json(exclude_none=True), self._newest)

    def open(self, sealed: str, kind: type[Sealed]) -> Sealed | None:
        """What was sealed; None if it was not sealed by us, or for another use."""
        try:
            opened = jwe.decrypt_compact(sealed, self._keys, algorithms=[ALGORITHM, ENCRYPTION])
            if opened.protected.get("typ") != kind.__name__:
                return None
            return kind.model_validate_json(opened.plaintext or b"")
        except (JoseError, ValidationError, ValueError):
            return None


def _key(text: str) -> OctKey:
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != KEY_BYTES:
        raise ValueError(f"a session key has {KEY_BYTES} bytes")
    return OctKey.import_key(raw, {"kid": sha256(raw).hexdigest()[:8]})
