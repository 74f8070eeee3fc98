"""What a disclosure consumes in the course of one invented member's life, and what its partners make of it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from services.mra_exchange.domain.disclosure import DisclosureCommand, DisclosureFact, decider
from services.mra_exchange.domain.disclosure.consumed import ConsentInForce, DeclaredProfile, Membership
from services.mra_exchange.domain.disclosure.noting import NoteConsents, NoteMembership, NoteProfile
from services.mra_exchange.domain.disclosure.state import Disclosure
from shared.contracts.catalogue import Administration, Catalogue, Period, load
from shared.contracts.event import Outgoing
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.pip_id import pip_id
from shared.contracts.review import MembershipEvent
from shared.contracts.types import Address, MembershipStatus
from shared.contracts.types import Administration as Code
from shared.decider import Actor, Decider, Tick
from tests.support.builders.deciding import given

COMPANY = UUID("5b0e4c1a-6f0d-4d6a-9a43-2f4f6a3a7c11")
PIP = pip_id(str(COMPANY))
START = datetime(2026, 5, 4, 16, tzinfo=UTC)
MEMBER_SINCE = START.date()
INTAKE = Actor(subject="/intake/companies", role="service")
REVIEW = Actor(subject="/review/memberships", role="service")
CLOCK = Actor(subject="clock", role="system")
CATALOGUE = load()
QUAY = Address(lines=("18 Kestrel Way",), city="Mississauga", region="ON", postal_code="L5T 2N7", country="CA")
PIER = Address(lines=("4 Airport Road", "Unit 7"), city="Mississauga", region="ON", postal_code="L4V 1E3", country="CA")


def after(hours: float = 0) -> datetime:
    """A moment of the story, in hours after its start."""
    return START + timedelta(hours=hours)


def profile(hours: float, name: str = "Boreal Drayage Ltd.", address: Address = QUAY) -> NoteProfile:
    return NoteProfile(at=after(hours), actor=INTAKE, declared=DeclaredProfile(name=name, address=address))


def consent(administration: Code, hours: float) -> ConsentInForce:
    """A consent given at that hour; its id distinguishes it from others to the same administration."""
    return ConsentInForce(
        administration=administration, consent_id=uuid5(COMPANY, f"{administration} {hours}"), given_at=after(hours)
    )


def consents(hours: float, *in_force: ConsentInForce) -> NoteConsents:
    return NoteConsents(at=after(hours), actor=INTAKE, in_force=in_force)


def membership(
    hours: float, status: MembershipStatus = "active", since: date = MEMBER_SINCE, company: UUID = COMPANY
) -> NoteMembership:
    """The membership as it is at that hour, when review publishes it."""
    ended = status in {"cancelled", "withdrawn"}
    until = after(hours).date() if ended else None
    kept = Membership(pip_id=pip_id(str(company)), status=status, member_since=since, member_until=until)
    return NoteMembership(at=after(hours), actor=REVIEW, membership=kept, published_at=after(hours))


def announced(status: MembershipStatus = "active", company: UUID = COMPANY) -> MembershipEvent:
    """What review publishes of a membership at the start."""
    return MembershipEvent(
        company_id=company,
        application_id=uuid5(company, "application/1"),
        pip_id=pip_id(str(company)),
        status=status,
        status_since=MEMBER_SINCE,
        member_since=MEMBER_SINCE,
    )


def tick(hours: float) -> Tick:
    return Tick(at=after(hours), actor=CLOCK)


def with_arrangements(version: str, **periods: tuple[date, date | None]) -> Catalogue:
    """The catalogue as it would be with these arrangements alone, by code."""
    by_code = {administration.code: administration for administration in CATALOGUE.administrations}
    administrations = tuple(_lasting(by_code[code], *periods[code]) for code in by_code if code in periods)
    return CATALOGUE.model_copy(update={"version": version, "administrations": administrations})


def _lasting(administration: Administration, since: date, until: date | None) -> Administration:
    return administration.model_copy(update={"in_force": Period.model_validate({"from": since, "until": until})})


def outgoing(
    decider: Decider[DisclosureCommand, Disclosure, DisclosureFact], before: Disclosure, facts: Iterable[DisclosureFact]
) -> list[Outgoing]:
    """The messages that these facts send, in order."""
    messages = []
    for fact in facts:
        before = decider.evolve(before, fact)
        messages.append(decider.publish(fact, before))
    return [message for message in messages if message]


def disclosure_after(
    *commands: DisclosureCommand, catalogue: Catalogue = CATALOGUE, state: Disclosure | None = None
) -> tuple[Disclosure, list[DisclosureFact]]:
    """The state and the facts to which commands lead, one after the other."""
    disclosures = decider(catalogue)
    now = given(disclosures) if state is None else state
    facts: list[DisclosureFact] = []
    for command in commands:
        for fact in disclosures.decide(command, now):
            now = disclosures.evolve(now, fact)
            facts.append(fact)
    return now, facts


def last(state: Disclosure, administration: Code = "US") -> PartnerRecord:
    """The record that a partner has."""
    record = state.partners[administration].last
    assert record is not None
    return record


def sent(
    *commands: DisclosureCommand, to: Code = "US", catalogue: Catalogue = CATALOGUE, state: Disclosure | None = None
) -> list[str]:
    """What one partner gets, message by message: its number, and the status word or "ended"."""
    disclosures = decider(catalogue)
    before = given(disclosures) if state is None else state
    _, facts = disclosure_after(*commands, catalogue=catalogue, state=before)
    mine = [message for message in outgoing(disclosures, before, facts) if message.topic == f"pip.partner.{to.lower()}"]
    return [
        f"{message.n} {PartnerRecord.model_validate_json(message.body).status if message.body else 'ended'}"
        for message in mine
    ]
