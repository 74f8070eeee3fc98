"""Every command in every status of the validation, and of its visits and findings (programme 3.5)."""

from services.site_validation.domain import validation
from tests.support.builders.site_validation import (
    OTHER_FINDING,
    OTHER_VISIT,
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
    waive,
)
from tests.support.builders.tables import cells

FROM_THE_BUS: dict[str, tuple[validation.ValidationCommand, ...]] = {
    "CollectProfile": (collect_profile(),),
    "CollectProfile newer": (collect_profile(2),),
    "NoteReview": (note_review(),),
    "NoteReview newer": (note_review(2),),
    "NoteRisk": (note_risk(),),
    "NoteRisk newer": (note_risk(submission=2),),
    "CloseValidation": (close(),),
    "Tick": (tick(),),
}
PEOPLES: dict[str, tuple[validation.ValidationCommand, ...]] = {
    "PlanVisit": (plan(OTHER_VISIT),),
    "MoveVisit": (move(),),
    "CancelVisit": (cancel(),),
    "ConfirmVisit": (confirm(),),
    "AskAnotherDay": (ask_another_day(),),
    "RecordVisit": (record_visit(),),
    "RecordFinding": (record_finding(OTHER_FINDING),),
    "Respond": (respond(text="It is bolted to the wall now."),),
    "AcceptResponse": (accept(),),
    "RejectResponse": (reject(),),
    "Conclude passed": (conclude(),),
    "Conclude failed": (fail(),),
    "Waive": (waive(),),
}
COMMANDS = FROM_THE_BUS | PEOPLES
UNVISITED = ("open", "planned", "confirmed", "another_day_asked", "cancelled")
VISITED = ("held", "noted", "action_open", "responded", "rejected", "overdue", "accepted")
TABLE = """
command              | absent           | collecting unacceptable unvisited visited concluded waived | closed
CollectProfile       | ProfileCollected | ()                                                         | ()
CollectProfile newer | ProfileCollected | ProfileCollected                                           | ()
NoteReview           | ReviewNoted      | ()                                                         | ()
NoteReview newer     | ReviewNoted      | ReviewNoted                                                | ()
CloseValidation      | ValidationClosed | ValidationClosed                                           | ()

command        | absent    | collecting unacceptable     | unvisited visited concluded waived | closed
NoteRisk       | RiskNoted | RiskNoted, ValidationOpened | ()                                 | ()
NoteRisk newer | RiskNoted | RiskNoted                   | RiskNoted                          | ()

command | action_open responded | held noted rejected overdue accepted
Tick    | FindingOverdue        | ()

command | absent collecting unacceptable unvisited concluded waived closed
Tick    | ()

command | absent      | collecting unacceptable   | concluded waived    | closed
people  | `not_found` | `risk_not_acceptable_yet` | `already_concluded` | `validation_closed`

command       | open cancelled  | planned         | another_day_asked | confirmed       | visited
PlanVisit     | VisitPlanned    | VisitPlanned    | VisitPlanned      | VisitPlanned    | VisitPlanned
MoveVisit     | `unknown_visit` | VisitMoved      | VisitMoved        | VisitMoved      | `visit_held`
ConfirmVisit  | `unknown_visit` | VisitConfirmed  | VisitConfirmed    | ()              | `visit_held`
AskAnotherDay | `unknown_visit` | AnotherDayAsked | ()                | AnotherDayAsked | `visit_held`
RecordVisit   | `unknown_visit` | VisitHeld       | VisitHeld         | VisitHeld       | ()

command     | open            | planned another_day_asked confirmed | cancelled | visited
CancelVisit | `unknown_visit` | VisitCancelled                      | ()        | `visit_held`

command | unvisited held    | noted                | action_open responded rejected overdue | accepted
Respond | `unknown_finding` | `no_action_required` | ResponseGiven                          | `finding_closed`

command        | unvisited held    | noted action_open rejected overdue | responded        | accepted
AcceptResponse | `unknown_finding` | `no_response`                      | FindingAccepted  | ()
RejectResponse | `unknown_finding` | `no_response`                      | ResponseRejected | `no_response`

command         | unvisited              | held noted accepted | action_open responded rejected overdue
RecordFinding   | `division_not_visited` | FindingRecorded     | FindingRecorded
Conclude passed | `no_visit_held`        | ValidationConcluded | `open_actions`
Conclude failed | `no_visit_held`        | ValidationConcluded | ValidationConcluded

command | open cancelled      | planned another_day_asked confirmed | visited
Waive   | ValidationConcluded | VisitCancelled, ValidationConcluded | `visit_held`
"""
CELLS = cells(TABLE, people=PEOPLES, unvisited=UNVISITED, visited=VISITED)
