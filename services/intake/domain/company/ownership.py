"""Who owns the account: handed over to a user who accepts, or recovered by an officer (programme 1.3, 3.1).

There is exactly one owner at every moment: ownership changes hands in one fact.
"""

from datetime import datetime, timedelta
from typing import Literal, assert_never
from uuid import UUID

from services.intake.domain.company.documents import outdate, proofs_of_owner
from services.intake.domain.company.rights import EVERYBODY, OWNER, PersonalCommand
from services.intake.domain.company.signature import UNSIGNED, Signature, require_signed
from services.intake.domain.company.state import Company, Offer, Recovery
from shared.contracts.catalogue import Catalogue
from shared.contracts.types import FreeText, Name
from shared.decider import Command, Fact, Refusals, Tick
from shared.errors import Refused


class OfferOwnership(PersonalCommand):
    BY = OWNER
    kind: Literal["offer_ownership"] = "offer_ownership"
    urn: Name


class RevokeOffer(PersonalCommand):
    BY = OWNER
    kind: Literal["revoke_offer"] = "revoke_offer"


class AcceptOwnership(PersonalCommand):
    BY = EVERYBODY
    kind: Literal["accept_ownership"] = "accept_ownership"
    signature: Signature


class DeclineOwnership(PersonalCommand):
    BY = EVERYBODY
    kind: Literal["decline_ownership"] = "decline_ownership"


class RecoverOwnership(Command):
    """By an officer, who is none of the company's people."""

    kind: Literal["recover_ownership"] = "recover_ownership"
    urn: Name
    evidence: FreeText | None


class OwnershipOffered(Fact):
    kind: Literal["ownership_offered"] = "ownership_offered"
    offer: Offer


class OfferEnded(Fact):
    kind: Literal["offer_ended"] = "offer_ended"
    how: Literal["revoked", "declined", "successor_removed", "lapsed"]


class OwnershipTransferred(Fact):
    """The former owner is proxy now. The new one has signed, or was found by an officer.

    `outdated`: the documents that proved the former owner's authority.
    """

    v: int = 2
    kind: Literal["ownership_transferred"] = "ownership_transferred"
    owner: Name
    by: Signature | Recovery
    outdated: tuple[UUID, ...]


OwnershipCommand = OfferOwnership | RevokeOffer | AcceptOwnership | DeclineOwnership | RecoverOwnership | Tick
OwnershipFact = OwnershipOffered | OfferEnded | OwnershipTransferred
REFUSES: Refusals = {
    OfferOwnership: ("not_a_user", "offer_open"),
    RevokeOffer: ("no_offer",),
    AcceptOwnership: ("no_offer", *UNSIGNED),
    DeclineOwnership: ("no_offer",),
    RecoverOwnership: ("not_found", "not_impartial", "reason_required", "unknown_user"),
}


def decide(command: OwnershipCommand, company: Company, catalogue: Catalogue, days: int) -> tuple[OwnershipFact, ...]:
    match command:
        case OfferOwnership():
            return offer(command, company, days)
        case RevokeOffer():
            return revoke(command, company)
        case AcceptOwnership():
            return accept(command, company, catalogue)
        case DeclineOwnership():
            return decline(command, company)
        case RecoverOwnership():
            return recover(command, company, catalogue)
        case Tick():
            return lapse(command, company)
        case _:
            assert_never(command)


def offer(command: OfferOwnership, company: Company, days: int) -> tuple[OwnershipOffered]:
    if command.urn == company.owner or company.role_of(command.urn) is None:
        raise Refused("not_a_user", field="urn")
    if _standing(company, command.at):
        raise Refused("offer_open")
    ends_at = command.at + timedelta(days=days)
    return (OwnershipOffered(offer=Offer(successor=command.urn, offered_at=command.at, ends_at=ends_at)),)


def revoke(command: RevokeOffer, company: Company) -> tuple[OfferEnded]:
    if not _standing(company, command.at):
        raise Refused("no_offer")
    return (OfferEnded(how="revoked"),)


def accept(command: AcceptOwnership, company: Company, catalogue: Catalogue) -> tuple[OwnershipTransferred]:
    _to_this_person(command, company)
    require_signed(command.signature, catalogue.ownership)
    outdated = proofs_of_owner(company, catalogue)
    return (OwnershipTransferred(owner=command.actor.subject, by=command.signature, outdated=outdated),)


def decline(command: DeclineOwnership, company: Company) -> tuple[OfferEnded]:
    _to_this_person(command, company)
    return (OfferEnded(how="declined"),)


def recover(command: RecoverOwnership, company: Company, catalogue: Catalogue) -> tuple[OwnershipTransferred, ...]:
    if company.role_of(command.actor.subject):
        raise Refused("not_impartial")
    if company.role_of(command.urn) is None:
        raise Refused("unknown_user", field="urn")
    if command.evidence is None:
        raise Refused("reason_required", field="evidence")
    if command.urn == company.owner:
        return ()
    recovery = Recovery(recovered_at=command.at, evidence=command.evidence)
    return (OwnershipTransferred(owner=command.urn, by=recovery, outdated=proofs_of_owner(company, catalogue)),)


def lapse(command: Tick, company: Company) -> tuple[OfferEnded, ...]:
    """Ends an offer that was not answered in time."""
    return (OfferEnded(how="lapsed"),) if company.offer and not _standing(company, command.at) else ()


def without(subject: str, company: Company) -> tuple[OfferEnded, ...]:
    """Ends an offer to a person who is removed."""
    return (OfferEnded(how="successor_removed"),) if company.offer and company.offer.successor == subject else ()


def due(company: Company) -> datetime | None:
    """When the offer ends by itself."""
    return company.offer.ends_at if company.offer else None


def _standing(company: Company, at: datetime) -> Offer | None:
    """The offer, unless its time is over and only the timer is late."""
    return company.offer if company.offer and at < company.offer.ends_at else None


def _to_this_person(command: AcceptOwnership | DeclineOwnership, company: Company) -> None:
    """Raises Refused("no_offer") unless it is the successor who answers a standing offer."""
    standing = _standing(company, command.at)
    if standing is None or standing.successor != command.actor.subject:
        raise Refused("no_offer")


def evolve(company: Company, fact: OwnershipFact) -> Company:
    match fact:
        case OwnershipOffered():
            return company.model_copy(update={"offer": fact.offer})
        case OfferEnded():
            return company.model_copy(update={"offer": None})
        case OwnershipTransferred():
            recovery = fact.by if isinstance(fact.by, Recovery) else None
            handed_over = company.in_roles({company.owner: "proxy_account_owner", fact.owner: "account_owner"})
            documents = outdate(company, fact.outdated)
            return handed_over.model_copy(update={"offer": None, "recovery": recovery, "documents": documents})
