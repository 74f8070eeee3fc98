"""Every code that the validation declares: where the table of its statuses has no cell for it, a row here."""

from datetime import timedelta
from uuid import uuid4

from services.site_validation.domain.validation.days import MOST_DAYS_AWAY
from services.site_validation.domain.validation.findings import MOST_FINDINGS
from services.site_validation.domain.validation.visits import MOST_VISITS
from tests.services.site_validation.table import CELLS, COMMANDS
from tests.support.builders.packages import TERMINAL, YARD
from tests.support.builders.site_validation import (
    OTHER_FINDING,
    OTHER_VISIT,
    TODAY,
    VALIDATIONS,
    accept,
    collect_profile,
    conclude,
    fail,
    move,
    note_review,
    note_risk,
    plan,
    record_finding,
    record_visit,
    reject,
    respond,
    validation_in,
    waive,
)
from tests.support.builders.tables import Row, declared, in_cells, refused

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
LONG_AGO, FAR_AHEAD = (TODAY + sign * (MOST_DAYS_AWAY + timedelta(days=1)) for sign in (-1, 1))
AT_MEDIUM_RISK = (collect_profile(), note_review(), note_risk(band="medium"))
REFUSALS: list[Row] = [
    ((plan(on=YESTERDAY),), "date_in_past", validation_in("open")),
    ((plan(on=FAR_AHEAD),), "date_too_far", validation_in("open")),
    ((plan(divisions=(YARD, uuid4())),), "unknown_division", validation_in("open")),
    ((*(plan(uuid4()) for _ in range(MOST_VISITS)), plan()), "too_many_visits", validation_in("open")),
    ((move(on=YESTERDAY),), "date_in_past", validation_in("planned")),
    ((move(on=FAR_AHEAD),), "date_too_far", validation_in("planned")),
    ((record_visit(held_on=LONG_AGO),), "date_too_far", validation_in("planned")),
    ((record_visit(held_on=TOMORROW),), "visit_in_future", validation_in("planned")),
    ((record_visit(held_on=YESTERDAY),), "visit_held", validation_in("held")),
    ((record_finding(division_id=TERMINAL),), "division_not_visited", validation_in("held")),
    ((record_finding(requirement_id="XX-99"),), "unknown_requirement", validation_in("held")),
    ((record_finding(kind="action_required"),), "due_date_required", validation_in("held")),
    ((record_finding(kind="action_required", due_on=YESTERDAY),), "date_in_past", validation_in("held")),
    ((record_finding(kind="action_required", due_on=FAR_AHEAD),), "date_too_far", validation_in("held")),
    ((record_finding(kind="recommendation", due_on=TODAY),), "no_action_required", validation_in("held")),
    (
        (*(record_finding(uuid4()) for _ in range(MOST_FINDINGS)), record_finding(OTHER_FINDING)),
        "too_many_findings",
        validation_in("held"),
    ),
    ((respond(OTHER_FINDING),), "unknown_finding", validation_in("responded")),
    ((accept(OTHER_FINDING),), "unknown_finding", validation_in("responded")),
    ((reject(OTHER_FINDING),), "unknown_finding", validation_in("responded")),
    ((reject(due_on=YESTERDAY),), "date_in_past", validation_in("responded")),
    ((reject(due_on=FAR_AHEAD),), "date_too_far", validation_in("responded")),
    ((plan(OTHER_VISIT), conclude()), "visit_outstanding", validation_in("held")),
    ((fail(reason=None),), "reason_required", validation_in("held")),
    ((waive(reason=None),), "reason_required", validation_in("open")),
    ((*AT_MEDIUM_RISK, waive()), "waiver_needs_low_risk", VALIDATIONS.absent),
]


def test_every_code_that_is_declared_comes_and_no_other() -> None:
    assert in_cells(CELLS, COMMANDS) | refused(VALIDATIONS, REFUSALS) == declared(VALIDATIONS)
