"""Every command in every status of the validation, and of its visits and findings (programme.md 3.5)."""

from itertools import product

import pytest

from services.site_validation.domain import validation
from tests.support.samples_site_validation import (
    LIVES,
    OTHER_FINDING,
    OTHER_VISIT,
    VALIDATIONS,
    accept,
    ask_another_day,
    cancel,
    close,
    collect_profile,
    conclude,
    confirm,
    fail,
    move,
    note_review,
    note_risk,
    plan,
    record_finding,
    record_visit,
    reject,
    respond,
    tick,
    validation_in,
    waive,
)
from tests.support.tables import cells, what_comes

HEARD: dict[str, validation.Asked] = {
    "CollectProfile": collect_profile(),
    "CollectProfile(newer)": collect_profile(2),
    "NoteReview": note_review(),
    "NoteReview(newer)": note_review(2),
    "NoteRisk": note_risk(),
    "NoteRisk(newer)": note_risk(submission=2),
    "Close": close(),
    "Tick": tick(),
}
PEOPLES: dict[str, validation.Asked] = {
    "PlanVisit": plan(OTHER_VISIT),
    "MoveVisit": move(),
    "CancelVisit": cancel(),
    "ConfirmVisit": confirm(),
    "AskAnotherDay": ask_another_day(),
    "RecordVisit": record_visit(),
    "RecordFinding": record_finding(OTHER_FINDING),
    "Respond": respond(text="It is bolted to the wall now."),
    "AcceptResponse": accept(),
    "RejectResponse": reject(),
    "Conclude(passed)": conclude(),
    "Conclude(failed)": fail(),
    "Waive": waive(),
}
COMMANDS = HEARD | PEOPLES
UNVISITED = ("open", "planned", "confirmed", "another_day_asked", "cancelled")
VISITED = ("held", "noted", "action_open", "responded", "rejected", "overdue", "accepted")
TABLE = """
CollectProfile        | absent                                                            | ProfileCollected
                      | collecting unacceptable unvisited visited concluded waived closed | ()
CollectProfile(newer) | absent collecting unacceptable unvisited visited concluded waived | ProfileCollected
                      | closed                                                            | ()
NoteReview            | absent                                                            | ReviewNoted
                      | collecting unacceptable unvisited visited concluded waived closed | ()
NoteReview(newer)     | absent collecting unacceptable unvisited visited concluded waived | ReviewNoted
                      | closed                                                            | ()
NoteRisk              | absent                                                            | RiskNoted
                      | collecting unacceptable                                           | RiskNoted, ValidationOpened
                      | unvisited visited concluded waived closed                         | ()
NoteRisk(newer)       | absent collecting unacceptable unvisited visited concluded waived | RiskNoted
                      | closed                                                            | ()
Close                 | absent collecting unacceptable unvisited visited concluded waived | ValidationClosed
                      | closed                                                            | ()
Tick                  | action_open responded                                             | FindingOverdue
                      | absent collecting unacceptable unvisited held noted               | ()
                      | rejected overdue accepted concluded waived closed                 | ()
people                | absent                                                            | `not_found`
                      | collecting unacceptable                                           | `risk_not_acceptable_yet`
                      | concluded waived                                                  | `already_concluded`
                      | closed                                                            | `validation_closed`
PlanVisit             | unvisited visited                                                 | VisitPlanned
MoveVisit             | open cancelled                                                    | `unknown_visit`
                      | planned confirmed another_day_asked                               | VisitMoved
                      | visited                                                           | `visit_held`
CancelVisit           | open                                                              | `unknown_visit`
                      | planned confirmed another_day_asked                               | VisitCancelled
                      | cancelled                                                         | ()
                      | visited                                                           | `visit_held`
ConfirmVisit          | open cancelled                                                    | `unknown_visit`
                      | planned another_day_asked                                         | VisitConfirmed
                      | confirmed                                                         | ()
                      | visited                                                           | `visit_held`
AskAnotherDay         | open cancelled                                                    | `unknown_visit`
                      | planned confirmed                                                 | AnotherDayAsked
                      | another_day_asked                                                 | ()
                      | visited                                                           | `visit_held`
RecordVisit           | open cancelled                                                    | `unknown_visit`
                      | planned confirmed another_day_asked                               | VisitHeld
                      | visited                                                           | ()
RecordFinding         | unvisited                                                         | `division_not_visited`
                      | visited                                                           | FindingRecorded
Respond               | unvisited held                                                    | `unknown_finding`
                      | noted                                                             | `no_action_required`
                      | action_open responded rejected overdue                            | ResponseGiven
                      | accepted                                                          | `finding_closed`
AcceptResponse        | unvisited held                                                    | `unknown_finding`
                      | noted action_open rejected overdue                                | `no_response`
                      | responded                                                         | FindingAccepted
                      | accepted                                                          | ()
RejectResponse        | unvisited held                                                    | `unknown_finding`
                      | noted action_open rejected overdue accepted                       | `no_response`
                      | responded                                                         | ResponseRejected
Conclude(passed)      | unvisited                                                         | `no_visit_held`
                      | action_open responded rejected overdue                            | `open_actions`
                      | held noted accepted                                               | ValidationConcluded
Conclude(failed)      | unvisited                                                         | `no_visit_held`
                      | visited                                                           | ValidationConcluded
Waive                 | unvisited                                                         | ValidationConcluded
                      | visited                                                           | `visit_held`
"""
CELLS = list(cells(TABLE, people=PEOPLES, unvisited=UNVISITED, visited=VISITED))


@pytest.mark.parametrize(("command", "life", "outcome"), CELLS)
def test_what_a_command_does(command: str, life: str, outcome: str) -> None:
    assert what_comes(VALIDATIONS, COMMANDS[command], validation_in(life)) == outcome


def test_the_table_is_whole() -> None:
    assert sorted((command, life) for command, life, _ in CELLS) == sorted(product(COMMANDS, LIVES))
