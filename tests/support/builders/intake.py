"""The life of one invented company in intake: its people, their commands, and those of review's messages."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID, uuid5

from services.intake.domain import company
from services.intake.domain.company.announcing import Announce
from services.intake.domain.company.consents import GiveConsent, WithdrawConsent
from services.intake.domain.company.divisions import AddDivision, AnswerReference, AnswerRequirement, Site, Statement
from services.intake.domain.company.documents import AddDocument
from services.intake.domain.company.eligibility import AnswerQuestion, GivenAnswer
from services.intake.domain.company.leaving import Withdraw
from services.intake.domain.company.ownership import AcceptOwnership, OfferOwnership, RecoverOwnership
from services.intake.domain.company.profile import (
    ChangeContact,
    ChangeNumbers,
    ChangeParticulars,
    ChangeProfile,
    RegisterCompany,
    Registration,
)
from services.intake.domain.company.questions import ReplyText, ReplyToQuestion
from services.intake.domain.company.rights import PersonalCommand
from services.intake.domain.company.signature import NamedSignature, Signature
from services.intake.domain.company.state import Company, Draft
from services.intake.domain.company.submission import Submission, Submit
from services.intake.domain.company.users import AddedRole, AddUser, NewUser, Person
from services.intake.subscriptions import SUBSCRIPTIONS
from shared.bus.subscriptions import Consumed
from shared.contracts.catalogue import Declaration, load
from shared.contracts.event import Event
from shared.contracts.intake import Answer, Division, Document, EligibilityAnswer
from shared.contracts.types import MembershipStatus, Stage
from shared.decider import Actor, Tick
from tests.support.builders.deciding import live
from tests.support.builders.packages import (
    COMPANY,
    SUBMITTED_AT,
    YARD,
    answer_to,
    divisions,
    documents,
    eligibility,
    package,
    profile,
)
from tests.support.builders.review_messages import (
    APPLICATION,
    QUESTION,
    approved,
    denied,
    membership,
    progressed,
    returned,
    reviewed,
)

CATALOGUE = load()
LIMIT = 4_000_000
OFFER_DAYS = 30
COMPANIES = company.decider(CATALOGUE, LIMIT, OFFER_DAYS)
AT = SUBMITTED_AT
OWNER, PROXY, FULL, READER, STRANGER = (
    Actor(subject=name, role="trader") for name in ("maude", "idris", "noemie", "tadeo", "zoe")
)
SERVICE = Actor(subject="/review/cases", role="service")
DECISION_OFFICER = Actor(subject="dana", role="decision_officer")
CLOCK = Actor(subject="clock", role="system")
REGISTRANT = Person(family_name="Tremblay-Ostrander", email="maude@boreal-drayage.example")
ROLES: dict[AddedRole, Actor] = {"proxy_account_owner": PROXY, "full_access_user": FULL, "read_only_user": READER}
P = TypeVar("P", bound=PersonalCommand)


def asked(kind: type[P], *, by: Actor = OWNER, at: datetime = AT, **fields: Any) -> P:
    """A person's command, by the owner unless `by` names another."""
    return kind(at=at, actor=by, **fields)


def register(**changes: Any) -> RegisterCompany:
    whole = profile()
    given = {"legal_name": whole.legal_name, "business_number": whole.business_number, "address": whole.address}
    registration = Registration.model_validate(
        {**given, "owner": REGISTRANT, "attests_signing_authority": True, **changes}
    )
    return RegisterCompany(at=AT, actor=OWNER, company_id=COMPANY, registration=registration)


def draft(**changes: Any) -> Draft:
    return Draft.model_validate(profile().model_dump() | changes)


def change_profile(*, by: Actor = OWNER, **changes: Any) -> ChangeProfile:
    return asked(ChangeProfile, by=by, profile=draft(**changes))


def change_particulars(*, by: Actor = OWNER, **changes: Any) -> ChangeParticulars:
    return asked(ChangeParticulars, by=by, particulars=draft(**changes).particulars)


def change_numbers(*, by: Actor = OWNER, **changes: Any) -> ChangeNumbers:
    return asked(ChangeNumbers, by=by, numbers=draft(**changes).numbers)


def change_contact(*, by: Actor = OWNER, **changes: Any) -> ChangeContact:
    return asked(ChangeContact, by=by, contact=profile().contact.model_copy(update=changes))


def answer_question(question: str, *, value: Any, by: Actor = OWNER, **changes: Any) -> AnswerQuestion:
    """An answer about the company, explained if it is adverse."""
    return answered({**dict(answer_to(question, value)), **changes}, by=by)


def answered(given: Mapping[str, Any] | EligibilityAnswer, *, by: Actor = OWNER) -> AnswerQuestion:
    fields = dict(given)
    question = fields.pop("question_id")
    return asked(AnswerQuestion, by=by, question_id=question, given=GivenAnswer.model_validate(fields))


def file(document: Document, *, by: Actor = OWNER) -> AddDocument:
    return asked(AddDocument, by=by, document=document, file_id=uuid5(document.document_id, "file"))


def site_of(division: Division) -> Site:
    return Site(name=division.name, lines_of_business=division.lines_of_business, address=division.address)


def open_division(division: Division) -> tuple[company.CompanyCommand, ...]:
    """A division with all its answers."""
    answers = (answer_with(answer, division.division_id) for answer in division.answers)
    return (asked(AddDivision, division_id=division.division_id, site=site_of(division)), *answers)


def answer_with(answer: Answer, division_id: UUID = YARD, *, by: Actor = OWNER) -> AnswerRequirement:
    statement = Statement(response=answer.response, text=answer.text, evidence=answer.evidence)
    reference = AnswerReference(division_id=division_id, requirement_id=answer.requirement_id)
    return asked(AnswerRequirement, by=by, answer=reference, statement=statement)


def add_user(role: AddedRole, *, by: Actor = OWNER, urn: str | None = None) -> AddUser:
    subject = urn or ROLES[role].subject
    user = NewUser(urn=subject, family_name="Okoro", email=f"{subject}@boreal-drayage.example", role=role)
    return asked(AddUser, by=by, user=user)


def submit(*, by: Actor = OWNER, at: datetime = AT, **changes: Any) -> Submit:
    signed = {"attests_truth": True, "attestation": package().attestation, "terms_version": CATALOGUE.terms.version}
    return asked(Submit, by=by, at=at, signed=Submission.model_validate(signed | changes))


def consent(administration: str, *, by: Actor = OWNER, **changes: Any) -> GiveConsent:
    named = {"name": "Maude Tremblay-Ostrander", "title": "Director of operations"}
    consent_id, read = uuid5(COMPANY, administration), dict(_signature(CATALOGUE.consent, {}))
    signature = NamedSignature.model_validate({**read, **named, **changes})
    return asked(GiveConsent, by=by, administration=administration, consent_id=consent_id, signature=signature)


def _signature(text: Declaration, changes: Mapping[str, Any]) -> Signature:
    return Signature.model_validate({"attests": True, "text_version": text.version, "language": "fr", **changes})


def withdraw(administration: str, *, by: Actor = OWNER) -> WithdrawConsent:
    return asked(WithdrawConsent, by=by, administration=administration)


def offer(to: Actor = PROXY, *, by: Actor = OWNER, at: datetime = AT) -> OfferOwnership:
    return asked(OfferOwnership, by=by, at=at, urn=to.subject)


def accept(*, by: Actor = PROXY, at: datetime = AT, **changes: Any) -> AcceptOwnership:
    return asked(AcceptOwnership, by=by, at=at, signature=_signature(CATALOGUE.ownership, changes))


def recover(
    to: Actor = PROXY, evidence: str | None = "The owner left in May.", *, by: Actor = DECISION_OFFICER
) -> RecoverOwnership:
    return RecoverOwnership(at=AT, actor=by, urn=to.subject, evidence=evidence)


def reply(
    text: str = "The president did.", *documents: UUID, by: Actor = OWNER, question: UUID = QUESTION
) -> ReplyToQuestion:
    return asked(ReplyToQuestion, by=by, question_id=question, given=ReplyText(text=text, documents=documents))


def announce(at: datetime = AT) -> Announce:
    return Announce(at=at, actor=CLOCK)


def tick(at: datetime) -> Tick:
    return Tick(at=at, actor=CLOCK)


def command_of(event: Event) -> company.CompanyCommand:
    """The command that a message of review becomes."""
    [addressed] = SUBSCRIPTIONS[type(event)](event, Consumed(at=AT, actor=SERVICE, handled_at=AT))
    return cast("company.CompanyCommand", addressed.command)


def note_advice(text: str | None = "Fence the north side.", **about: Any) -> company.CompanyCommand:
    return command_of(reviewed(text, **about))


def note_stage(stage: Stage, **about: Any) -> company.CompanyCommand:
    return command_of(progressed(stage, **about))


def note_return(**about: Any) -> company.CompanyCommand:
    return command_of(returned(**about))


def note_approval(**about: Any) -> company.CompanyCommand:
    return command_of(approved(**about))


def note_denial(**about: Any) -> company.CompanyCommand:
    return command_of(denied(**about))


def note_membership(status: MembershipStatus, application: UUID = APPLICATION) -> company.CompanyCommand:
    return command_of(membership(status, application))


COMPLETE: tuple[company.CompanyCommand, ...] = (
    register(),
    change_profile(),
    *map(answered, eligibility()),
    *(asked(AddDivision, division_id=division.division_id, site=site_of(division)) for division in divisions()),
    *(file(document) for document in documents()),
    *(answer_with(answer, division.division_id) for division in divisions() for answer in division.answers),
    *(add_user(role) for role in ROLES),
)
APPROVED = (*COMPLETE, submit(), note_stage("under_review"), note_approval(), note_stage("approved"))
LIVES: dict[str, tuple[company.CompanyCommand, ...]] = {
    "registered": (register(),),
    "complete": COMPLETE,
    "under_review": (*COMPLETE, submit(), note_stage("under_review")),
    "returned": (*COMPLETE, submit(), note_return(), note_stage("returned")),
    "withdrawing": (*COMPLETE, submit(), note_stage("under_review"), asked(Withdraw)),
    "denied": (*COMPLETE, submit(), note_denial(), note_stage("denied")),
    "approved": APPROVED,
    "member": (*APPROVED, note_membership("active")),
    "suspended": (*APPROVED, note_membership("active"), note_membership("suspended")),
    "left": (*APPROVED, note_membership("active"), note_membership("withdrawn")),
}


def company_after(
    commands: Iterable[company.CompanyCommand], state: company.State | None = None
) -> tuple[Company, tuple[company.CompanyFact, ...]]:
    """The company after these commands, and what happened."""
    after, facts = live(COMPANIES, commands, state)
    assert isinstance(after, Company)
    return after, facts


@cache
def company_in(life: str) -> Company:
    """The company as it is at this point of its life."""
    return company_after(LIVES[life])[0]


def days_later(days: int) -> datetime:
    return AT + timedelta(days=days)


UNANNOUNCED = company_in("member").model_copy(update={"announced": 0})  # as of 0.3.0
