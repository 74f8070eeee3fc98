"""What is encoded once is what would be encoded again, byte for byte; and a hash is over these bytes."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from json import dumps
from typing import Any

from bson import encode
from hypothesis import given
from hypothesis import strategies as st

from shared.model import Json
from shared.store.journal import _document, chained, entry_id_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MESSAGE = st.fixed_dictionaries(
    {"topic": TEXT, "key": TEXT, "headers": st.lists(st.lists(TEXT, min_size=2, max_size=2)), "value": TEXT | st.none()}
)
ENTRY = st.fixed_dictionaries(
    {
        "sequence": st.integers(1, 2**40),
        "at": st.integers(0, 2**40).map(lambda ms: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)),
        "actor": st.fixed_dictionaries({"subject": TEXT, "role": TEXT}),
        "fact": TEXT,
        "message": MESSAGE | st.none(),
        "cause": TEXT | st.none(),
        "traceparent": TEXT | st.none(),
        "hash": TEXT,
    }
)


@given(ENTRY, TEXT)
def test_an_encoded_entry_is_journalled_as_if_it_were_encoded_now(entry: Json, subject: str) -> None:
    addressed = {"source": "/intake/companies", "subject": subject, **entry}
    entry_id = entry_id_of(addressed)

    journalled: Any = _document(entry_id, addressed, encode(entry))

    assert journalled.raw == encode(_document(entry_id, addressed, None))


@given(TEXT, ENTRY)
def test_a_hash_is_over_lengths_and_bytes(previous: str, entry: Json) -> None:
    """As it was first written, so that every chain that is stored stays whole."""
    message = entry["message"]
    parts = (
        previous,
        str(entry["sequence"]),
        entry["at"].isoformat(timespec="milliseconds"),
        dumps(entry["actor"], sort_keys=True),
        entry["fact"],
        entry["cause"] or "",
        "" if message is None else dumps([message["topic"], message["key"], message["headers"], message["value"]]),
    )
    delimited = b"\n".join(b"%d:%s" % (len(part.encode()), part.encode()) for part in parts)
    assert chained(previous, entry) == sha256(delimited).hexdigest()
