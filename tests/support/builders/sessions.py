"""Somebody who has signed in at noon."""

from datetime import UTC, datetime

from shared.http.session.session import FRESH_FOR, LASTS_FOR, Session

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SESSION = Session(
    id="7d9c1f0e",
    subject="U" + "A" * 25,
    name="Odile Tremblay",
    roles=("review_officer",),
    issuer="https://sign-in.example",
    refresh_token="r" * 700,
    fresh_until=NOON + FRESH_FOR,
    ends_at=NOON + LASTS_FOR,
)
