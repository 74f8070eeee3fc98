"""What could leak to a partner beyond the five elements, and does not (programme 5; named in docs/privacy.md)."""

from collections.abc import Iterable
from datetime import date, timedelta

from hypothesis import given as each
from hypothesis import strategies as st

from services.mra_exchange.domain.disclosure import DisclosureCommand, decider
from services.mra_exchange.domain.disclosure.consumed import ConsentInForce
from services.mra_exchange.domain.disclosure.noting import NoteConsents
from shared.contracts.catalogue import Catalogue
from shared.handling import Causation, begin, decided
from shared.model import Json
from shared.store.changes import Document
from tests.support.builders.disclosure_histories import COMMANDS, PARTNERS
from tests.support.builders.mra_exchange import (
    CATALOGUE,
    COMPANY,
    PIER,
    consent,
    consents,
    membership,
    profile,
    tick,
    with_arrangements,
)

US = "pip.partner.us"
MEMBER = (profile(0), consents(1, consent("US", 1)), membership(2))
QUIET = Causation("cause", "correlation")
BUSY = Causation("another cause", "another correlation", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
OTHERS = st.lists(
    st.sampled_from([consent(code, 1) for code in PARTNERS if code != "US"]),
    unique_by=lambda given: given.administration,
)


def sent(
    commands: Iterable[DisclosureCommand], cause: Causation = QUIET, sequence: int = 0, catalogue: Catalogue = CATALOGUE
) -> list[Json]:
    """Every message to partners, as its bytes wait for the relay, of a disclosure that begins with this number."""
    work = begin(decider(catalogue), Document(str(COMPANY), sequence=sequence))
    for command in commands:
        work = decided(decider(catalogue), work, command, cause)
    return [entry["message"] for entry in work.entries if entry["message"]]


def to_us(
    commands: Iterable[DisclosureCommand], cause: Causation = QUIET, sequence: int = 0, catalogue: Catalogue = CATALOGUE
) -> list[Json]:
    return [message for message in sent(commands, cause, sequence, catalogue) if message["topic"] == US]


def header(message: Json, name: str) -> str:
    return str(dict(message["headers"])[name])


def beside(others: Iterable[ConsentInForce], asked: DisclosureCommand) -> DisclosureCommand:
    """The same command, where no other partner is consented to but these."""
    if not isinstance(asked, NoteConsents):
        return asked
    us = (given for given in asked.in_force if given.administration == "US")
    return asked.model_copy(update={"in_force": (*us, *others)})


def later(milliseconds: int, asked: DisclosureCommand) -> DisclosureCommand:
    return asked.model_copy(update={"at": asked.at + timedelta(milliseconds=milliseconds)})


@each(st.lists(COMMANDS, max_size=20), OTHERS, st.integers(0, 90_000), st.integers(0, 999))
def test_no_byte_to_a_partner_depends_on_what_it_may_not_know(
    history: list[DisclosureCommand], others: list[ConsentInForce], sequence: int, milliseconds: int
) -> None:
    """Neither on consents to others, nor on how many private facts there are, what caused them, or the millisecond."""
    alone = to_us([beside((), asked) for asked in history])
    assert to_us([beside(others, later(milliseconds, asked)) for asked in history], BUSY, sequence) == alone


def test_numbers_count_the_messages_to_one_partner_about_one_member_without_a_gap() -> None:
    both = consents(1, consent("US", 1), consent("JP", 1))
    life = (
        profile(0),
        both,
        membership(2),
        profile(3, address=PIER),
        membership(4, "suspended"),
        consents(5, consent("US", 1)),
        membership(6),
    )
    messages = sent(life)
    assert [int(header(message, "ce_sequence")) for message in messages if message["topic"] == US] == [1, 2, 3, 4]
    assert [int(header(message, "ce_sequence")) for message in messages if message["topic"] != US] == [1, 2, 3, 4]


def test_a_message_has_the_second_of_its_fact_and_no_more() -> None:
    [shared] = to_us([later(987, asked) for asked in MEMBER])
    assert header(shared, "ce_time") == "2026-05-04T18:00:00Z"


def test_who_never_had_the_record_gets_no_end() -> None:
    """JP loses a consent under which nothing was shared yet, US one under which something was."""
    life = (*MEMBER, consents(3), membership(4, "cancelled"), consents(5, consent("JP", 5)), consents(6), tick(9))
    assert {message["topic"] for message in sent(life)} == {US}
    assert sent((profile(0), consents(1, consent("US", 1)), consents(2), membership(3), tick(9))) == []


@each(st.lists(COMMANDS.filter(lambda asked: not hasattr(asked, "membership")), max_size=20))
def test_an_applicant_is_never_mentioned(history: list[DisclosureCommand]) -> None:
    assert sent(history) == []


def test_an_end_reads_alike_whatever_its_cause() -> None:
    """A withdrawn consent, an arrangement that is over, and a consent that stands for others alone: one tombstone."""
    lapsed = with_arrangements("until", US=(date(2008, 6, 1), date(2026, 5, 5)), JP=(date(2010, 6, 1), None))
    withdrawn = to_us((*MEMBER, consents(12)))
    assert withdrawn[-1]["value"] is None
    assert to_us((*MEMBER, consents(12, consent("JP", 12))))[-1] == withdrawn[-1]
    assert to_us((*MEMBER, tick(12)), catalogue=lapsed)[-1] == withdrawn[-1]
