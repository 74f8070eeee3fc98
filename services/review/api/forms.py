"""What officers of review fill in (programme 9)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.review.domain.case.judging import ReviewOutcome
from shared.contracts.types import Code, DocumentKind, Ground, Verdict, YesNo
from shared.programme.forms import Form
from shared.programme.forms.days import Day
from shared.programme.forms.numbers import PersonReference
from shared.programme.forms.texts import Paragraphs


class AssignmentForm(Form):
    officer: PersonReference


class RemarksForm(Form):
    """What an officer writes: advice is for the company, a note stays inside (programme 6.16)."""

    advice: Paragraphs | None = None
    note: Paragraphs | None = None


class OpinionForm(RemarksForm):
    """What an officer thinks of one answer."""

    verdict: Verdict


class DocumentOpinionForm(RemarksForm):
    """What an officer thinks of one required document; not accepted counts as missing (programme 6.7)."""

    accepted: YesNo


class InquiryForm(Form):
    """What the company is asked: about the whole, or exactly about a division, a requirement or a required document."""

    division_id: UUID | None = None
    requirement_id: Code | None = None
    document_kind: DocumentKind | None = None
    text: Paragraphs


class DeadlineForm(Form):
    """The last day to answer; the service's setting where none is named."""

    answer_by: Day | None = None


class PauseForm(Form):
    """Why the clock rests; both sides read the text."""

    code: Literal["awaiting_company", "awaiting_other_authority"]
    text: Paragraphs


class ConclusionForm(Form):
    outcome: ReviewOutcome


class DenialForm(Form):
    """On which grounds an application is denied; the message is for the company, a note stays inside."""

    grounds: Annotated[tuple[Ground, ...], Field(min_length=1, max_length=5)]
    message: Paragraphs | None = None
    note: Paragraphs | None = None


class NoticeForm(Form):
    """Why a membership changes: the message is for the company, a note stays inside."""

    message: Paragraphs
    note: Paragraphs | None = None
