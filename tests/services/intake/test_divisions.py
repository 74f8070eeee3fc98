from uuid import UUID, uuid5

import pytest

from services.intake.domain.company.divisions import (
    MOST_DIVISIONS,
    AddDivision,
    AnswerRequirement,
    ChangeDivision,
    DivisionAdded,
    RemoveDivision,
    section,
)
from shared.contracts.catalogue import Level, binding
from shared.contracts.intake import Answer, Division
from shared.contracts.types import LineOfBusiness
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    CATALOGUE,
    COMPANIES,
    answer_with,
    asked,
    change_profile,
    company_after,
    company_in,
    open_division,
    site_of,
)
from tests.support.builders.packages import COMPANY, TERMINAL, YARD, division, evidence_of

UNKNOWN = uuid5(COMPANY, "nowhere")
DEPOT = division(uuid5(COMPANY, "depot"), "Guelph depot", "2 Lock Lane")


def answering(requirement: str, *evidence: UUID, at: UUID = YARD, **changes: object) -> AnswerRequirement:
    answer = {"requirement_id": requirement, "response": "described", "text": "Fenced and lit.", "evidence": evidence}
    return answer_with(Answer.model_validate(answer | changes), at)


def one_of(level: Level) -> str:
    return next(
        requirement.id for requirement in binding(CATALOGUE, ("highway_carrier",)) if requirement.level == level
    )


MUST, SHOULD = one_of("must"), one_of("should")


def changing(*lines: LineOfBusiness, at: UUID = YARD) -> ChangeDivision:
    return asked(ChangeDivision, division_id=at, site=site_of(DEPOT.model_copy(update={"lines_of_business": lines})))


def yard(company_life: str = "complete") -> Division:
    found = company_in(company_life).division(YARD)
    assert found
    return found


def test_a_division_is_added_once_and_without_answers() -> None:
    adding = asked(AddDivision, division_id=DEPOT.division_id, site=site_of(DEPOT))
    after, facts = company_after([adding, adding], company_in("registered"))
    assert facts == (DivisionAdded(division=DEPOT.model_copy(update={"answers": ()})),)
    assert len(after.divisions) == 1


def test_a_company_has_at_most_two_hundred_divisions() -> None:
    before = company_in("registered")
    crowd = tuple(
        DEPOT.model_copy(update={"division_id": uuid5(COMPANY, f"{n}"), "answers": ()}) for n in range(MOST_DIVISIONS)
    )
    adding = asked(AddDivision, division_id=DEPOT.division_id, site=site_of(DEPOT))
    assert refusal(COMPANIES, adding, before.model_copy(update={"divisions": crowd[1:]})) == ""
    assert refusal(COMPANIES, adding, before.model_copy(update={"divisions": crowd})) == "too_many_divisions"


def test_a_changed_division_keeps_the_answers_that_still_bind_it() -> None:
    after, _ = company_after([changing("customs_broker")], company_in("complete"))
    changed = after.division(YARD)
    assert changed is not None
    bound = {requirement.id for requirement in binding(CATALOGUE, ("customs_broker",))}
    assert {answer.requirement_id for answer in changed.answers} == bound & {
        answer.requirement_id for answer in yard().answers
    }
    assert (changed.name, changed.lines_of_business) == (DEPOT.name, ("customs_broker",))
    assert 0 < len(changed.answers) < len(yard().answers)


def test_the_same_site_again_changes_nothing() -> None:
    same = asked(ChangeDivision, division_id=YARD, site=site_of(yard()))
    assert COMPANIES.decide(same, company_in("complete")) == ()


def test_a_removed_division_is_gone() -> None:
    after, _ = company_after([asked(RemoveDivision, division_id=YARD)], company_in("complete"))
    assert [division.division_id for division in after.divisions] == [TERMINAL]


@pytest.mark.parametrize(
    "command",
    [
        changing("importer", at=UNKNOWN),
        asked(RemoveDivision, division_id=UNKNOWN),
        answering(MUST, at=UNKNOWN),
    ],
)
def test_an_unknown_division_is_refused(command: ChangeDivision | RemoveDivision | AnswerRequirement) -> None:
    assert refusal(COMPANIES, command, company_in("complete")) == "unknown_division"


def test_a_new_answer_replaces_the_old_one() -> None:
    answer = answering(MUST, evidence_of(YARD))
    after, facts = company_after([answer, answer], company_in("complete"))
    changed = after.division(YARD)
    assert len(facts) == 1
    assert changed is not None
    assert [answer.text for answer in changed.answers if answer.requirement_id == MUST] == ["Fenced and lit."]
    assert len(changed.answers) == len(yard().answers)


def test_an_answer_names_a_binding_requirement_and_filed_documents() -> None:
    assert refusal(COMPANIES, answering("XX-99"), company_in("complete")) == "requirement_not_binding"
    assert refusal(COMPANIES, answering(MUST, UNKNOWN), company_in("complete")) == "unknown_document"


@pytest.mark.parametrize("life", ["registered", "under_review", "returned", "denied", "member", "withdrawing"])
def test_edits_are_saved_whatever_the_application_does(life: str) -> None:
    _, facts = company_after(open_division(DEPOT.model_copy(update={"answers": ()})), company_in(life))
    assert [type(fact) for fact in facts] == [DivisionAdded]
    assert COMPANIES.publish(facts[0], company_in(life)) is None


# --- completion (programme 1.4) ----------------------------------------------------------------------


def lacks(*commands: AnswerRequirement | ChangeDivision | RemoveDivision) -> list[tuple[str, str]]:
    after, _ = company_after(commands, company_in("complete"))
    return [(lack.where, lack.code) for lack in section(after, CATALOGUE).missing]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (answering(MUST), "evidence_required"),
        (answering(MUST, evidence_of(YARD)), None),
        (answering(MUST, response="not_applicable"), None),
        (answering(SHOULD), None),
    ],
)
def test_a_must_needs_evidence_unless_it_does_not_apply(command: AnswerRequirement, code: str | None) -> None:
    assert lacks(command) == ([(f"divisions/{YARD}/answers/{MUST}", code)] if code else [])


def test_a_division_without_answers_lacks_each_of_them() -> None:
    before = company_in("complete")
    bare = before.model_copy(update={"divisions": (yard().model_copy(update={"answers": ()}),)})
    missing = section(bare, CATALOGUE).missing
    assert {lack.code for lack in missing} == {"answer_required"}
    assert len(missing) == len(binding(CATALOGUE, ("highway_carrier",)))


def test_each_declared_line_needs_a_division() -> None:
    after, _ = company_after(
        [change_profile(lines_of_business=("highway_carrier", "importer"))], company_in("complete")
    )
    assert [(lack.where, lack.code) for lack in section(after, CATALOGUE).missing] == [
        ("divisions?line=importer", "line_without_division")
    ]


def test_without_a_division_there_is_no_security_profile() -> None:
    codes = [
        code for _, code in lacks(asked(RemoveDivision, division_id=YARD), asked(RemoveDivision, division_id=TERMINAL))
    ]
    assert codes == ["division_required", "line_without_division"]


def test_questions_wait_for_a_reply() -> None:
    assert [lack.code for lack in section(company_in("returned"), CATALOGUE).missing] == ["reply_required"]
