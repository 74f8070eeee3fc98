"""Every command in every status of the assessment (programme 3.4)."""

import pytest

from services.risk.domain import assessment
from tests.support.builders.risk import ASSESSMENTS, LIVES, assessment_in, close, collect_facts, decide, note_review
from tests.support.builders.tables import assert_whole, cells, declared, in_cells, what_comes

COMMANDS: dict[str, tuple[assessment.AssessmentCommand, ...]] = {
    "CollectFacts": (collect_facts(),),
    "CollectFacts newer": (collect_facts(2),),
    "NoteReview": (note_review(),),
    "NoteReview newer": (note_review(2),),
    "NoteReview does_not_meet": (note_review(2, meets=False),),
    "DecideReferral": (decide(),),
    "CloseAssessment": (close(),),
}
TABLE = """
command            | absent         | collecting scored | reviewed                                | closed
CollectFacts       | FactsCollected | ()                | FactsCollected, RiskScored, RiskDecided | ()
CollectFacts newer | FactsCollected | FactsCollected    | FactsCollected                          | ()

command                  | absent      | collecting                           | reviewed scored | closed
NoteReview               | ReviewNoted | ReviewNoted, RiskScored, RiskDecided | ()              | ()
NoteReview newer         | ReviewNoted | ReviewNoted                          | ReviewNoted     | ()
NoteReview does_not_meet | ()          | ()                                   | ()              | ()

command        | absent      | collecting reviewed | referred    | assessed unacceptable decided | closed
DecideReferral | `not_found` | `not_assessed_yet`  | RiskDecided | `already_decided`             | `assessment_closed`

command         | absent collecting reviewed scored | closed
CloseAssessment | AssessmentClosed                  | ()
"""
CELLS = cells(TABLE, scored=("referred", "assessed", "unacceptable", "decided"))


@pytest.mark.parametrize(("command", "life", "outcome"), CELLS)
def test_what_a_command_does(command: str, life: str, outcome: str) -> None:
    assert what_comes(ASSESSMENTS, COMMANDS[command], assessment_in(life)) == outcome


def test_the_table_is_whole() -> None:
    assert_whole(CELLS, COMMANDS, LIVES, assessment.AssessmentCommand)


def test_every_refusal_that_is_declared_stands_in_the_table() -> None:
    assert in_cells(CELLS, COMMANDS) == declared(ASSESSMENTS)
