"""Every English text that people read is spelled as in Canada, and a number in it is the one that the code has."""

import re

import pytest

from services.intake.domain.company.divisions import MOST_DIVISIONS
from services.intake.domain.company.users import MOST_USERS
from services.mra_exchange.views.changes import ENDS_KEPT
from services.review.domain.case.clock import MOST_PAUSES
from services.review.domain.case.questions import LONGEST_DAYS_TO_ANSWER, MOST_QUESTIONS
from services.site_validation.domain.validation.days import MOST_DAYS_AWAY
from services.site_validation.domain.validation.findings import MOST_FINDINGS
from services.site_validation.domain.validation.visits import MOST_VISITS
from shared.contracts.catalogue import load as catalogue
from shared.http.problems import load
from tests.support.wordings import FILES, texts

SLIPS = {
    "of Great Britain": r"\b(programmes?|\w*(?:authoris|recognis|organis|utilis|realis|minimis)\w*|analyse[drs]?)\b",
    "of the United States": r"\b(centers?|colors?|labor|defense|honors?|favors?|neighbors?)\b",
    "a verb where a noun stands": r"\b(?:the|a|its|this|of) license\b",
    "a riddle": r"\bis told|are told|then told|that is not kept|ends that are kept|paused no more|as it may have\b",
}
BOUNDS = {
    ("intake", "too_many_users"): MOST_USERS,
    ("intake", "too_many_divisions"): MOST_DIVISIONS,
    ("intake", "too_many_documents"): catalogue().documents.max_files,
    ("mra_exchange", "cursor_expired"): ENDS_KEPT.days,
    ("review", "too_many_questions"): MOST_QUESTIONS,
    ("review", "too_many_pauses"): MOST_PAUSES,
    ("review", "date_too_far"): LONGEST_DAYS_TO_ANSWER,
    ("site_validation", "date_too_far"): MOST_DAYS_AWAY.days,
    ("site_validation", "too_many_visits"): MOST_VISITS,
    ("site_validation", "too_many_findings"): MOST_FINDINGS,
}


def slips(text: str) -> list[str]:
    """Which rules a text breaks."""
    return [rule for rule, pattern in SLIPS.items() if re.search(pattern, text, re.IGNORECASE)]


TEXTS = [text for file in FILES for text in texts(file, "en")]


def test_english_is_spelled_as_in_canada() -> None:
    assert {text: broken for text in TEXTS if (broken := slips(text))} == {}
    assert len(TEXTS) > 400


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Contact the programme.", "of Great Britain"),
        ("An unauthorised person.", "of Great Britain"),
        ("The processing center.", "of the United States"),
        ("Name the license.", "a verb where a noun stands"),
        ("The administration is then told so.", "a riddle"),
    ],
)
def test_a_seeded_slip_is_found(text: str, rule: str) -> None:
    assert rule in slips(text)


@pytest.mark.parametrize("text", ["Licensed software", "The licence of a broker", "Cancelled", "Forced labour"])
def test_what_is_right_is_left_alone(text: str) -> None:
    assert slips(text) == []


@pytest.mark.parametrize(("service", "code"), BOUNDS)
def test_a_sentence_names_the_bound_that_the_code_has(service: str, code: str) -> None:
    sentence = load(f"services.{service}")[code]
    assert {*re.findall(r"\d+", sentence.en)} == {*re.findall(r"\d+", sentence.fr)} == {str(BOUNDS[service, code])}
