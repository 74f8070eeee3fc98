"""Whatever bytes a parked record has, they are shown as text."""

from base64 import b64encode

from hypothesis import example, given
from hypothesis import strategies as st

from shared.clock import now
from shared.operations import ParkedRecord
from shared.operations.opened import MOST_SHOWN, opened


@given(st.binary(max_size=200))
@example(b'{"a": "\\ud800"}')
@example(b"[" * 100_000)
def test_whatever_bytes_a_message_has_they_are_shown_as_text(value: bytes) -> None:
    shown = opened(record_with(value))
    assert shown.size == len(value)
    assert shown.shown.encode() or not value


def test_a_long_body_is_shown_from_its_beginning() -> None:
    shown = opened(record_with(b"a" * (MOST_SHOWN + 1)))
    assert (shown.size, len(shown.shown), shown.is_cut) == (MOST_SHOWN + 1, MOST_SHOWN, True)


def record_with(value: bytes) -> ParkedRecord:
    place = {"id": "a", "topic": "t", "partition": 0, "offset": 0, "at": now(), "attempts": 0}
    why = {"reason": "behind", "discardable": True}
    return ParkedRecord.model_validate({**place, **why, "value": b64encode(value).decode()})
