"""What officers see of one case: its package, how it is judged, what is still to judge, and what others found."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from services.review.domain.case.consumed import (
    Answer,
    Attestation,
    Division,
    Document,
    EligibilityAnswer,
    Package,
    Profile,
    Reply,
    RiskResult,
    ValidationResult,
    Visit,
)
from services.review.domain.case.judging import documents_to_judge, required_documents
from services.review.domain.case.state import (
    Absent,
    AnswerReference,
    Approved,
    Closed,
    DecisionPending,
    Denied,
    DocumentOpinion,
    Dossier,
    Open,
    Opinion,
    State,
    answers_of,
)
from services.review.views.queue import CaseRow, ListedCase, row_of
from shared.contracts.catalogue import Requirement
from shared.contracts.intake import document_url
from shared.contracts.review import Question
from shared.contracts.types import FreeText, Ground
from shared.errors import Refused
from shared.model import Model, Moment


class AnswerView(Answer):
    judgement: Opinion | None


class DivisionView(Division):
    answers: tuple[AnswerView, ...]


class DocumentView(Document):
    """A document, where its bytes are, and whether it is judged or is evidence for an answer."""

    link: str
    required: bool
    judgement: DocumentOpinion | None


class DenialView(Model):
    """The denial as the company reads it."""

    grounds: tuple[Ground, ...]
    message: FreeText
    denied_on: date


class CaseSummary(CaseRow):
    """Where a case stands, without what is judged of it.

    `drafts` go with the next return, `questions` went with the last one.
    """

    stage_since: Moment
    basis: str | None
    profile: Profile
    eligibility: tuple[EligibilityAnswer, ...]
    attestation: Attestation
    drafts: tuple[Question, ...]
    questions: tuple[Question, ...]
    replies: tuple[Reply, ...]
    visits: tuple[Visit, ...]
    risk: RiskResult | None
    validation: ValidationResult | None
    denial: DenialView | None
    withdrawal_too_late: bool


class CaseView(CaseSummary):
    """Everything that an officer needs; the requirements are those that the divisions answer."""

    requirements: tuple[Requirement, ...]
    divisions: tuple[DivisionView, ...]
    documents: tuple[DocumentView, ...]
    answers_to_judge: tuple[AnswerReference, ...]
    documents_to_judge: tuple[UUID, ...]


def existing(state: State) -> Open | Closed:
    """Raises Refused("not_found") if there is no case."""
    if isinstance(state, Absent):
        raise Refused("not_found")
    return state


def answered(package: Package, requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Those requirements that the divisions answer."""
    ids = {answer.requirement_id for division in package.divisions for answer in division.answers}
    return tuple(requirement for requirement in requirements if requirement.id in ids)


def case_summary(case: Open | Closed, today: date) -> CaseSummary:
    """Where the case stands on a day."""
    dossier, package = case.dossier, case.dossier.package
    return CaseSummary(
        **dict(row_of(ListedCase.model_validate(case, from_attributes=True), today)),
        stage_since=dossier.stage_since,
        basis=case.basis if isinstance(case, DecisionPending) else None,
        profile=package.profile,
        eligibility=package.eligibility,
        attestation=package.attestation,
        drafts=dossier.drafts,
        questions=dossier.asked,
        replies=package.replies,
        visits=dossier.visits,
        risk=dossier.risk,
        validation=dossier.validation,
        denial=DenialView(**case.model_dump(include=set(DenialView.model_fields)))
        if isinstance(case, Denied)
        else None,
        withdrawal_too_late=isinstance(case, Approved | Denied) and case.withdrawal_too_late,
    )


def case_view(state: State, today: date, requirements: tuple[Requirement, ...], intake_url: str) -> CaseView:
    """Raises Refused("not_found") if there is no case."""
    case = existing(state)
    dossier = case.dossier
    answers, judged = answers_of(dossier.package), {judgement.answer: judgement for judgement in dossier.answers}
    return CaseView(
        **dict(case_summary(case, today)),
        requirements=answered(dossier.package, requirements),
        divisions=_divisions(dossier.package.divisions, answers, judged),
        documents=_documents(dossier, intake_url),
        answers_to_judge=tuple(answer for answer in answers if answer not in judged),
        documents_to_judge=documents_to_judge(dossier),
    )


def _divisions(
    divisions: tuple[Division, ...],
    answers: Mapping[AnswerReference, Answer],
    judged: Mapping[AnswerReference, Opinion],
) -> tuple[DivisionView, ...]:
    """Each with its answers as they are judged."""
    views: dict[UUID, list[AnswerView]] = {division.division_id: [] for division in divisions}
    for reference, answer in answers.items():
        views[reference.division_id].append(AnswerView(**vars(answer), judgement=judged.get(reference)))
    return tuple(DivisionView(**dict(division) | {"answers": views[division.division_id]}) for division in divisions)


def _documents(dossier: Dossier, intake_url: str) -> tuple[DocumentView, ...]:
    judged = {judgement.document_id: judgement for judgement in dossier.documents}
    required = {document.document_id for document in required_documents(dossier)}
    return tuple(
        DocumentView(
            **dict(document),
            link=document_url(intake_url, document.document_id),
            required=document.document_id in required,
            judgement=judged.get(document.document_id),
        )
        for document in dossier.package.documents
    )
