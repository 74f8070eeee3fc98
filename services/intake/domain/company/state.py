"""What a company is in intake: its working data, its latest application, and what review has published about it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import EmailStr, Field

from services.intake.domain.company.consumed import Clock, Membership, Question, Visit
from shared.contracts.application_id import application_id
from shared.contracts.intake import Contact, Division, Document, EligibilityAnswer, Profile, Reply
from shared.contracts.types import (
    Address,
    Administration,
    BusinessNumber,
    CarrierCodes,
    Code,
    CompanyRole,
    Country,
    FreeText,
    Ground,
    Language,
    LineOfBusiness,
    Name,
    RmAccount,
    Stage,
    YesNo,
)
from shared.decider import AggregateState
from shared.model import Model, Moment


class Particulars(Model):
    """What the company is, without its numbers and its contact."""

    legal_name: Name
    operating_name: Name | None = None
    courier: YesNo = False
    address: Address
    headquarters_country: Country | None = None
    lines_of_business: Annotated[tuple[LineOfBusiness, ...], Field(max_length=10)] = ()
    language: Language | None = None


class Numbers(Model):
    """The numbers by which authorities know the company."""

    business_number: BusinessNumber
    rm_account: RmAccount | None = None
    carrier_codes: CarrierCodes = CarrierCodes()


class Draft(Model):
    """The working profile: what was given at registration, and the rest as far as it is filled in.

    Particulars, numbers and contact, in the order in which they are stored.
    """

    legal_name: Name
    operating_name: Name | None = None
    business_number: BusinessNumber
    rm_account: RmAccount | None = None
    carrier_codes: CarrierCodes = CarrierCodes()
    courier: YesNo = False
    address: Address
    headquarters_country: Country | None = None
    lines_of_business: Annotated[tuple[LineOfBusiness, ...], Field(max_length=10)] = ()
    language: Language | None = None
    contact: Contact | None = None

    @property
    def particulars(self) -> Particulars:
        return Particulars(**{name: getattr(self, name) for name in Particulars.model_fields})

    @property
    def numbers(self) -> Numbers:
        return Numbers(**{name: getattr(self, name) for name in Numbers.model_fields})

    def completed(self) -> Profile:
        """The profile, once nothing is missing."""
        return Profile.model_validate(self.model_dump())


class ProfileRevision(Model):
    """The profile as the other services know it."""

    revision: int
    profile: Profile


class User(Model):
    """A person who may act for the company; of earlier registrants only the token's subject is known."""

    subject: Name
    role: CompanyRole
    family_name: Name | None = None
    email: EmailStr | None = None


class Offer(Model):
    """Ownership, offered by the owner to a user who may accept it before it ends."""

    successor: Name
    offered_at: Moment
    ends_at: Moment


class Recovery(Model):
    """When an officer gave the account, whose owner was gone, to another user, and on which evidence."""

    recovered_at: Moment
    evidence: FreeText


class Filing(Model):
    """A document on file, its bytes under `file_id`. A released one is never deleted: removal hides it from drafts.

    `outdated`: it was proof of an earlier owner's authority, and the company files it anew.
    """

    document: Document
    file_id: UUID
    released: bool = False
    hidden: bool = False
    outdated: bool = False


class Consent(Model):
    """A consent in force, with who signed which text; earlier ones have no name and title."""

    administration: Administration
    consent_id: UUID
    given_at: Moment
    text_version: Code
    language: Language
    signatory: Name
    name: Name | None
    title: Name | None


class Advice(Model):
    """What the latest review suggests, about one exact answer or document."""

    division_id: UUID | None = None
    requirement_id: Code | None = None
    document_id: UUID | None = None
    text: FreeText


class Progress(Model):
    """The latest application as review last showed it."""

    stage: Stage
    since: Moment
    clock: Clock
    visits: tuple[Visit, ...] = ()


class ApplicationOutcome(Model):
    """How the latest application ended. A denial has grounds and a message; a withdrawal may have come too late."""

    result: Literal["approved", "denied"]
    decided_on: date
    grounds: tuple[Ground, ...] = ()
    message: FreeText | None = None
    withdrawal_too_late: bool = False


class Preparing(Model):
    status: Literal["preparing"] = "preparing"


class UnderReview(Model):
    status: Literal["under_review"] = "under_review"


class Returned(Model):
    """Returned with questions; the replies go with the next submission."""

    status: Literal["returned"] = "returned"
    questions: tuple[Question, ...]
    answer_by: date
    replies: tuple[Reply, ...] = ()


class Withdrawing(Model):
    status: Literal["withdrawing"] = "withdrawing"


ApplicationStatus = Annotated[Preparing | UnderReview | Returned | Withdrawing, Field(discriminator="status")]


class Absent(AggregateState):
    status: Literal["absent"] = "absent"


class Company(AggregateState):
    """`applications` and `submission` number the latest application and its latest submission; 0 is none.

    `recovery` stands until the owner hands ownership over; `leaving_since` until the membership has ended.
    `announced` numbers the latest announcement to services that consume the company for the first time.
    """

    v: int = 3
    status: Literal["registered"] = "registered"
    company_id: UUID
    attested_at: Moment
    announced: int
    profile: Draft
    declared: ProfileRevision | None = None
    users: tuple[User, ...]
    unused_roles: tuple[CompanyRole, ...] = ()
    offer: Offer | None = None
    recovery: Recovery | None = None
    eligibility: tuple[EligibilityAnswer, ...] = ()
    divisions: tuple[Division, ...] = ()
    documents: tuple[Filing, ...] = ()
    consents: tuple[Consent, ...] = ()
    applications: int = 0
    submission: int = 0
    application: ApplicationStatus = Preparing()
    advice: tuple[Advice, ...] = ()
    progress: Progress | None = None
    outcome: ApplicationOutcome | None = None
    membership: Membership | None = None
    leaving_since: Moment | None = None

    @property
    def application_id(self) -> UUID:
        """Of the latest application (programme 1.1)."""
        return application_id(self.company_id, self.applications)

    @property
    def is_member(self) -> bool:
        return self.membership is not None and self.membership.status in {"active", "suspended"}

    @property
    def owner(self) -> str:
        """The account owner: always one."""
        return next(user.subject for user in self.users if user.role == "account_owner")

    @property
    def drafted(self) -> tuple[Document, ...]:
        """The documents that the company works with."""
        return tuple(filing.document for filing in self.documents if not filing.hidden)

    def role_of(self, subject: str) -> CompanyRole | None:
        return next((user.role for user in self.users if user.subject == subject), None)

    def with_users(self, users: tuple[User, ...]) -> Self:
        """A role that one of them has is no longer marked unused."""
        filled = {user.role for user in users}
        unused = tuple(role for role in self.unused_roles if role not in filled)
        return self.model_copy(update={"users": users, "unused_roles": unused})

    def in_roles(self, roles: Mapping[str, CompanyRole]) -> Self:
        """With these people in other roles."""
        return self.with_users(
            tuple(user.model_copy(update={"role": roles.get(user.subject, user.role)}) for user in self.users)
        )

    def division(self, division_id: UUID) -> Division | None:
        return next((division for division in self.divisions if division.division_id == division_id), None)

    def filing(self, document_id: UUID) -> Filing | None:
        return next((filing for filing in self.documents if filing.document.document_id == document_id), None)


State = Absent | Company
