"""What intake tells people, in both languages: why it refuses, what is missing, and its notices."""

import ast
from collections.abc import Iterator
from pathlib import Path

import yaml

from services import intake
from services.intake.catalogue import lacks, notices
from services.intake.domain.company.completion import completion
from services.intake.domain.company.divisions import AddDivision, RemoveDivision
from services.intake.domain.company.eligibility import NOT_ELIGIBLE, AnswerApplication
from shared import problems
from tests.support.packages import TERMINAL, YARD, divisions, eligibility
from tests.support.samples_intake import CATALOGUE, asked, company_in, lived, site_of

SOURCE = Path(intake.__file__).parent
OF_THE_KERNEL = {"not_found", "role_not_allowed", "too_large", "package_too_large"}
OF_TYPES_AND_INDEXES = {"business_number_invalid", "region_and_postal_code_required", "business_number_taken"}


def refused_codes() -> Iterator[str]:
    """Every code that the source of the service refuses with."""
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
                yield from (leaf.value for leaf in ast.walk(node.args[0]) if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str))


def test_every_refusal_has_its_sentence_and_every_sentence_its_refusal() -> None:
    own = yaml.safe_load((SOURCE / "catalogue" / "problems.yaml").read_text("utf-8"))
    assert set(refused_codes()) | OF_TYPES_AND_INDEXES == set(own) | OF_THE_KERNEL


def test_sentences_differ_between_the_languages() -> None:
    texts = (*problems.load("services.intake").values(), *lacks().values(), *(notice.text for notice in notices()))
    assert all(text.en != text.fr for text in texts)


def test_everything_that_can_be_missing_or_stand_against_submitting_has_its_sentence() -> None:
    bare = asked(AddDivision, division_id=YARD, site=site_of(divisions()[0]))
    without = (asked(RemoveDivision, division_id=YARD), asked(RemoveDivision, division_id=TERMINAL))
    lives = (
        company_in("registered"),
        company_in("returned"),
        lived((bare, asked(AnswerApplication, eligibility=eligibility(insolvent=True))), company_in("registered"))[0],
        lived(without, company_in("complete"))[0],
    )
    seen = {lack.code for company in lives for lack in completion(company, CATALOGUE).missing}
    assert seen | {"evidence_required"} | set(NOT_ELIGIBLE) == set(lacks())
