"""Cursors, opaque to clients: the ordering value and the id with which a page ended."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

from pydantic import Field, TypeAdapter

from shared.errors import Refused

Cursor = Annotated[
    str, Field(max_length=400, description="`next` of the page before", examples=["WyIyMDI3LTAzLTExIiwiYSJd"])
]
_POSITION = TypeAdapter(tuple[str, str])


def encode_cursor(value: str, last_id: str) -> str:
    """The cursor after which the next page begins."""
    return urlsafe_b64encode(_POSITION.dump_json((value, last_id))).decode()


def decode_cursor(after: str) -> tuple[str, str]:
    """The value and the id in a cursor. Raises Refused("malformed") for a foreign one."""
    try:
        return _POSITION.validate_json(urlsafe_b64decode(after))
    except ValueError:
        raise Refused("malformed", field="after") from None
