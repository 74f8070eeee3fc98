"""What intake and review publish of one company, as it lies on the bus; n is the number of the company's message."""

from uuid import UUID

from shared.contracts.envelope import Origin, inside
from shared.contracts.event import Event
from shared.contracts.intake import CompanyProfileUpdated, CompanyUsersChanged, ConsentGiven, ConsentWithdrawn, UserRole
from shared.contracts.review import MembershipActivated
from shared.store.parked import RawRecord
from tests.support.builders.mra_exchange import START, announced
from tests.support.builders.packages import profile


def staffed(company: UUID, n: int) -> RawRecord:
    """The company has one user, its owner."""
    owner = UserRole(subject="owner", role="account_owner")
    return record_of(CompanyUsersChanged(company_id=company, users=(owner,)), n)


def declared(company: UUID, n: int, **changes: str) -> RawRecord:
    return record_of(
        CompanyProfileUpdated(company_id=company, revision=n, declared_at=START, profile=profile(**changes)), n
    )


def consented(company: UUID, n: int) -> RawRecord:
    given = {"administration": "US", "consent_id": company, "given_at": START}
    wording = {"text_version": "2026-01", "language": "en"}
    return record_of(ConsentGiven.model_validate({"company_id": company, **given, **wording, "in_force": (given,)}), n)


def withdrawn(company: UUID, n: int) -> RawRecord:
    event = ConsentWithdrawn(
        company_id=company, administration="US", consent_id=company, withdrawn_at=START, in_force=()
    )
    return record_of(event, n)


def activated(company: UUID) -> RawRecord:
    return record_of(MembershipActivated.model_validate(dict(announced(company=company))), 1)


def record_of(event: Event, n: int) -> RawRecord:
    outgoing = event.outgoing()
    headers = inside(outgoing, Origin(event.SOURCE, str(event.company_id), n, START, "cause", "correlation"))
    raw = tuple((name, value.encode()) for name, value in headers)
    return RawRecord(outgoing.topic, 0, 0, outgoing.key.encode(), (outgoing.body or "").encode(), raw)
