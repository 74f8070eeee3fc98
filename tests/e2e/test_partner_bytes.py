"""Over random histories, partners are sent exactly what they may know at the time, down to keys and header bytes.

The real service consumes, decides and renders; an independent oracle knows what may be there (programme 2.4, 3.6, 5).
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast
from uuid import NAMESPACE_URL, uuid5

from hypothesis import given
from hypothesis import strategies as st

from services.mra_exchange.domain.disclosure import DisclosureCommand, decider
from services.mra_exchange.domain.disclosure.noting import NoteConsents, NoteMembership, NoteProfile
from services.mra_exchange.subscriptions import SUBSCRIPTIONS
from shared.bus.messages import received
from shared.contracts.catalogue import Catalogue
from shared.contracts.envelope import Origin, inside
from shared.contracts.event import Event
from shared.contracts.intake import CompanyProfileUpdated, ConsentGiven, Contact
from shared.contracts.review import Benefit, MembershipActivated, MembershipCancelled, MembershipSuspended
from shared.contracts.types import Administration
from shared.decider import Tick
from shared.handling import Causation, begin, decided
from shared.model import Json, Moment
from shared.store.changes import Document
from shared.store.parked import RawRecord
from tests.support.builders.disclosure_histories import CATALOGUES, COMMANDS, PARTNERS, Known
from tests.support.builders.mra_exchange import COMPANY, PIP
from tests.support.builders.packages import profile

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CAUSE = Causation("marker/cause", "marker correlation", TRACE)
WITHHELD = {
    "operating_name": "Marker Freight",
    "carrier_codes": {"highway": {"code": "7MRK", "bonded": True}},
    "headquarters_country": "QX",
    "contact": Contact(name="Marker", title="Marker", email="marker@marker.example", phone="+1 905 555 0142"),
}
SECRETS = ("marker", "7MRK", "QX", "905 555", "910000017", str(COMPANY), TRACE[3:35])
MEMBERSHIPS: dict[str, type[Event]] = {
    "active": MembershipActivated,
    "suspended": MembershipSuspended,
    "cancelled": MembershipCancelled,
    "withdrawn": MembershipCancelled,
}


@dataclass
class Feed:
    """One partner's topic about the company, as the programme's rules have it."""

    code: Administration
    record: Json | None = None
    n: int = 0
    seal_at: Moment | None = None

    def due(self, allowed: Json | None, asked: DisclosureCommand) -> Json | None:
        """The whole message that is due now, if any: a record, an end, or the same end once more an hour later."""
        if allowed != self.record:
            self.n += 1
            self.seal_at = None if allowed else asked.at + timedelta(hours=1)
        elif isinstance(asked, Tick) and self.seal_at and self.seal_at <= asked.at:
            self.seal_at = None
        else:
            return None
        self.record = allowed
        return self._message(asked.at)

    def _message(self, at: datetime) -> Json:
        kind, code = "pip.MemberShared.v1" if self.record else "pip.SharingEnded.v1", self.code.lower()
        headers = [
            ["content-type", "application/json"],
            ["ce_specversion", "1.0"],
            ["ce_id", str(uuid5(NAMESPACE_URL, f"{code}/{PIP}/{self.n}"))],
            ["ce_source", "/mra_exchange"],
            ["ce_type", kind],
            ["ce_time", f"{at:%Y-%m-%dT%H:%M:%SZ}"],
            ["ce_subject", PIP],
            ["ce_dataschema", f"urn:trusted-trader:schema:{kind}"],
            ["ce_sequence", f"{self.n:019}"],
        ]
        value = json.dumps(self.record, separators=(",", ":"), ensure_ascii=False) if self.record else None
        return {"topic": f"pip.partner.{code}", "key": PIP, "headers": headers, "value": value}


@given(st.lists(st.tuples(COMMANDS, st.sampled_from(CATALOGUES)), max_size=25))
def test_every_byte_to_a_partner_was_allowed_when_it_was_written(
    history: list[tuple[DisclosureCommand, Catalogue]],
) -> None:
    work = begin(decider(CATALOGUES[0]), Document(str(COMPANY)))
    known, feeds = Known(), [Feed(code) for code in sorted(PARTNERS)]
    for asked, catalogue in history:
        known.note(asked)
        due = [feed.due(known.may_know(feed.code, catalogue, feed.record), asked) for feed in feeds]
        work = decided(decider(catalogue), replace(work, entries=()), as_consumed(asked), CAUSE)
        published = [entry["message"] for entry in work.entries if entry["message"]]
        assert published == [message for message in due if message]
        assert not [secret for secret in SECRETS if secret.lower() in json.dumps(published).lower()]


def as_consumed(asked: DisclosureCommand) -> DisclosureCommand:
    """The command that the service makes of a whole event to the same effect, with markers wherever else they fit."""
    if isinstance(asked, Tick):
        return asked
    event = as_published(asked)
    origin = Origin(event.SOURCE, "marker-subject", 1, asked.at, "marker-cause", "marker-correlation", TRACE)
    headers = tuple((name, value.encode()) for name, value in inside(event.outgoing(), origin))
    record = RawRecord(event.TOPIC, 0, 0, str(COMPANY).encode(), event.model_dump_json().encode(), headers)
    message = received(record, SUBSCRIPTIONS, asked.at)
    assert message is not None
    (addressed,) = message.addressed
    command: DisclosureCommand = cast("DisclosureCommand", addressed.command)
    return command


def as_published(asked: NoteProfile | NoteConsents | NoteMembership) -> Event:
    match asked:
        case NoteProfile():
            whole = profile(legal_name=asked.declared.name, address=asked.declared.address, **WITHHELD)
            return CompanyProfileUpdated(company_id=COMPANY, revision=1, declared_at=asked.at, profile=whole)
        case NoteConsents():
            signed = {
                "administration": "US",
                "consent_id": COMPANY,
                "given_at": asked.at,
                "text_version": "marker",
                "language": "en",
            }
            return ConsentGiven.model_validate(
                {"company_id": COMPANY, **signed, "in_force": [dict(consent) for consent in asked.in_force]}
            )
        case NoteMembership():
            benefits = (Benefit(code="marker", since=asked.at.date()),)
            more = {"benefits": benefits, "message": "marker", "revalidation_due_on": asked.at.date()}
            ids = {"company_id": COMPANY, "application_id": COMPANY, "status_since": asked.at.date()}
            return MEMBERSHIPS[asked.membership.status].model_validate(dict(asked.membership) | ids | more)
