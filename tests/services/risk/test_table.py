"""Every command in every status of the assessment (programme.md 3.4)."""

from itertools import product

import pytest

from services.risk.domain import assessment
from tests.support.samples_risk import ASSESSMENTS, LIVES, assessment_in, close, collect_facts, decide, note_review
from tests.support.tables import cells, what_comes

COMMANDS: dict[str, assessment.Asked] = {
    "CollectFacts": collect_facts(),
    "CollectFacts(newer)": collect_facts(2),
    "NoteReview": note_review(),
    "NoteReview(newer)": note_review(2),
    "NoteReview(fails)": note_review(2, meets=False),
    "Decide": decide(),
    "Close": close(),
}
TABLE = """
CollectFacts        | absent                                                                   | FactsCollected
                    | reviewed                                                                 | FactsCollected, RiskScored, RiskDecided
                    | collecting referred assessed unacceptable decided closed                 | ()
CollectFacts(newer) | absent collecting reviewed referred assessed unacceptable decided        | FactsCollected
                    | closed                                                                   | ()
NoteReview          | absent                                                                   | ReviewNoted
                    | collecting                                                               | ReviewNoted, RiskScored, RiskDecided
                    | reviewed referred assessed unacceptable decided closed                   | ()
NoteReview(newer)   | absent collecting reviewed referred assessed unacceptable decided        | ReviewNoted
                    | closed                                                                   | ()
NoteReview(fails)   | absent collecting reviewed referred assessed unacceptable decided closed | ()
Decide              | absent                                                                   | `not_found`
                    | collecting reviewed                                                      | `not_assessed_yet`
                    | referred                                                                 | RiskDecided
                    | assessed unacceptable decided                                            | `already_decided`
                    | closed                                                                   | `assessment_closed`
Close               | absent collecting reviewed referred assessed unacceptable decided        | AssessmentClosed
                    | closed                                                                   | ()
"""
CELLS = list(cells(TABLE))


@pytest.mark.parametrize(("command", "life", "outcome"), CELLS)
def test_what_a_command_does(command: str, life: str, outcome: str) -> None:
    assert what_comes(ASSESSMENTS, COMMANDS[command], assessment_in(life)) == outcome


def test_the_table_is_whole() -> None:
    assert sorted((command, life) for command, life, _ in CELLS) == sorted(product(COMMANDS, LIVES))
