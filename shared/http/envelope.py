"""The headers of a command, Idempotency-Key and If-Match, and the envelope that they become."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from fastapi import Header
from fastapi import Request as HttpRequest

from shared.errors import Refused
from shared.handling import Causation, CommandEnvelope
from shared.http.etags import expected_sequences

_KEY = (
    "A word of your own: the same request under the same key is done once, however often it is sent in 24 hours. "
    "A repeat is answered as the first time, with the header `Idempotent-Replayed: true`"
)
_ETAG = (
    "The ETag of what you read, a list of them, or `*` for whatever is there: refused with `stale` if it has changed "
    "since or is not there, unless something else refuses it first"
)


@dataclass(frozen=True)
class CommandHeaders:
    """The headers of a command as read. `keyed`: the caller chose the key; otherwise it is new at every request."""

    idempotency_key: str
    keyed: bool = False
    expected_sequences: Container[int] | None = None

    def envelope(self, causation: Causation, subject: str, digest: str, created_id: str | None) -> CommandEnvelope:
        """The envelope of the command that came with these headers."""
        return CommandEnvelope(
            causation, self.idempotency_key, subject, digest, self.keyed, self.expected_sequences, created_id
        )


async def command_headers(
    request: HttpRequest,
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", min_length=1, max_length=200, description=_KEY, examples=["submit-2027-03-11"]),
    ] = None,
    if_match: Annotated[str | None, Header(alias="If-Match", description=_ETAG, examples=['"7"'])] = None,
) -> CommandHeaders:
    """Reads the headers. Raises Refused("malformed")."""
    try:
        expected = None if if_match is None else expected_sequences(", ".join(request.headers.getlist("If-Match")))
    except ValueError as malformed:
        raise Refused("malformed", field="header.If-Match") from malformed
    return CommandHeaders(key or str(uuid4()), key is not None, expected)
