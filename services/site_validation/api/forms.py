"""What site officers, and the people of a company, fill in (programme 9)."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.site_validation.domain.validation.state import Proof
from shared.contracts.site_validation import FindingKind
from shared.contracts.types import Code
from shared.programme.forms import Form
from shared.programme.forms.days import Day
from shared.programme.forms.texts import Paragraphs

# --- visits ---------------------------------------------------------------------------------------


class VisitForm(Form):
    """The divisions to visit, and the day."""

    division_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=200)]
    on: Day


class MoveForm(Form):
    on: Day


class HeldForm(Form):
    held_on: Day


class WishForm(Form):
    """Why the planned day does not suit the company."""

    reason: Paragraphs


# --- findings -------------------------------------------------------------------------------------

DueDay = Annotated[Day, Field(lt=date.max)]  # what is overdue is so from the day after


class ObservationForm(Form):
    """What was found at one division about one requirement. The company reads text and due date, not the note."""

    division_id: UUID
    requirement_id: Code
    kind: FindingKind
    text: Paragraphs
    note: Paragraphs | None = None
    due_on: DueDay | None = None


class ResponseForm(Form):
    """What the company has done about a required action, and the documents that show it."""

    text: Paragraphs
    documents: Annotated[tuple[Proof, ...], Field(max_length=20)] = ()


class RejectionForm(Form):
    """Why a response is not enough, and the new due date; the company reads both."""

    text: Paragraphs
    due_on: DueDay


# --- the end --------------------------------------------------------------------------------------


class ConclusionForm(Form):
    """The outcome of the visits; a failure needs a reason, which the decision officer reads."""

    outcome: Literal["passed", "failed"]
    reason: Paragraphs | None = None


class WaiverForm(Form):
    """Why no visit is needed."""

    reason: Paragraphs | None = None
