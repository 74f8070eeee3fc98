"""Makes up a history as the kernel would leave it: one that keeps every promise, before a liar changes it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.mra_exchange.domain.disclosure import decider as disclosure
from services.mra_exchange.subscriptions import SUBSCRIPTIONS as EXCHANGE
from shared.bus.messages import received
from shared.decider import Command, Decider
from shared.handling import Causation, begin, decided, finished
from shared.model import Json
from shared.store.changes import Document
from shared.store.parked import RawRecord
from tests.faults.history import Acknowledged, History, Life, Party, Sent, header, message_of, number_of, publisher_of
from tests.support.builders.mra_exchange import CATALOGUE
from tests.support.builders.records import activated, consented, declared, withdrawn
from tests.support.builders.toys import COMPANY, NOON, OTHER, SUBSCRIPTIONS, announce, ledger, tally

TALLY, LEDGER = (f"{source}/{COMPANY}" for source in ("/intake/companies", "/review/ledgers"))
MEMBER = UUID(int=7)
DISCLOSURE = f"/mra_exchange/disclosures/{MEMBER}"
PARTNER = ("pip.partner.us", 0)
BUS = ("pip.application", 0)


@dataclass
class LifeBuilder:
    """Makes up the life of one aggregate, as the kernel would."""

    decider: Decider[Any, Any, Any]
    id: str
    life: Life

    def does(self, command: Command, cause: str, consumed: tuple[str, int] | None = None) -> None:
        work = decided(
            self.decider, begin(self.decider, _document(self.id, self.life.document)), command, Causation(cause, cause)
        )
        after = finished(
            self.decider, replace(work, watermarks={**work.watermarks, **dict([consumed] if consumed else ())})
        ).after
        document: Json = {
            "sequence": after.sequence,
            "state": after.state,
            "inbox": {"heard": dict(after.watermarks)},
            "outbox": [],
            "head": after.journal_head,
        }
        self.life = replace(self.life, document=document, entries=(*self.life.entries, *work.entries))

    def consumes(self, record: RawRecord, consumes: Any, at: datetime = NOON) -> None:
        message = received(record, consumes, at)
        assert message
        self.does(message.addressed[0].command, header(record, "id"), (publisher_of(record), number_of(record)))


def _document(aggregate_id: str, stored: Json) -> Document:
    return Document(aggregate_id, 1, stored["sequence"], stored["state"], stored["inbox"]["heard"], (), stored["head"])


def new_life(decider: Decider[Any, Any, Any], aggregate_id: str) -> LifeBuilder:
    unwritten: Json = {"sequence": 0, "state": None, "inbox": {"heard": {}}, "outbox": [], "head": ""}
    return LifeBuilder(decider, aggregate_id, Life(f"{decider.source}/{aggregate_id}", decider, unwritten, ()))


def messages_of(life: Life) -> tuple[Sent, ...]:
    """The messages of a life, each sent when it was decided, one after the other."""
    messages = [(message, entry["at"]) for entry in life.entries if (message := message_of(entry))]
    return tuple(sent(message, offset, at) for offset, (message, at) in enumerate(messages))


def sent(record: RawRecord, offset: int, at: datetime = NOON) -> Sent:
    return Sent(**{**vars(record), "offset": offset}, sent_at=at)


def truth() -> History:
    """Two tallies of three numbers, their ledgers, and a member whom the US knew until consent was withdrawn."""
    tallies, ledgers, records = [], [], tuple[Sent, ...]()
    for company in (COMPANY, OTHER):
        announcing, writing = new_life(tally(), str(company)), new_life(ledger(), str(company))
        for number in (1, 2, 3):
            announcing.does(announce(company), f"command {number}")
        batch = [replace(record, offset=len(records) + record.offset) for record in messages_of(announcing.life)]
        for record in batch:
            writing.consumes(record, SUBSCRIPTIONS)
        records += tuple(batch)
        tallies.append(announcing.life)
        ledgers.append(writing.life)
    member = new_life(disclosure(CATALOGUE), str(MEMBER))
    inputs = [declared(MEMBER, 1), consented(MEMBER, 2), activated(MEMBER), withdrawn(MEMBER, 3)]
    for message in inputs:
        member.consumes(message, EXCHANGE)
    news = [
        sent(message, [each.topic for each in inputs[:at]].count(message.topic)) for at, message in enumerate(inputs)
    ]
    exchange = Party("mra_exchange", {DISCLOSURE: member.life}, EXCHANGE, {"disclosures": disclosure(CATALOGUE)})
    committed = {BUS: 6}
    return History(
        parties=(
            Party("intake", {life.publisher: life for life in tallies}),
            Party(
                "review",
                {life.publisher: life for life in ledgers},
                SUBSCRIPTIONS,
                {"ledgers": ledger()},
                committed=committed,
            ),
            exchange,
        ),
        records=(*records, *news, *messages_of(member.life)),
        acknowledged=tuple(
            Acknowledged(life.publisher, f"command {number}", number) for life in tallies for number in (1, 2, 3)
        ),
    )
