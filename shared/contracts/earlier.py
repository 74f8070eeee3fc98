"""Parts of a package as version 1 published and stored them, and what they are in version 2. Pure functions of JSON."""

from shared.contracts.types import MODES
from shared.model import Json

_ADVERSE = ("insolvent", "crown_debt", "bankruptcy", "convictions", "foreign_convictions", "contraventions")
_QUESTIONS = ("facilities_in", "movements_12_months", "last_movement_on", "carm_registered", *_ADVERSE)
_UNASKED = dict.fromkeys(("division_id", "line_of_business", "issued_on", "valid_until"))


def profile_2(profile: Json) -> Json:
    """The one carrier code of a company stands in the mode of its first carrier's line, or in that of the highway."""
    kept = {name: value for name, value in profile.items() if name != "carrier_code"}
    mode = next((MODES[line] for line in profile["lines_of_business"] if line in MODES), "highway")
    code = profile["carrier_code"]
    return {**kept, "rm_account": None, "carrier_codes": {mode: {"code": code, "bonded": None}} if code else {}}


def eligibility_2(answers: Json) -> list[Json]:
    """Each question has its own answer; the one explanation goes with every adverse one."""
    explained = {question for question in _ADVERSE if answers[question]}
    return [
        {
            "question_id": question,
            "value": answers[question],
            "explanation": answers["explanation"] if question in explained else None,
        }
        for question in _QUESTIONS
    ]


def document_2(document: Json) -> Json:
    """It was asked neither what a document is for nor for how long it is valid."""
    return {**document, **_UNASKED}


def package_2(package: Json) -> Json:
    """A whole package."""
    return {
        **package,
        "profile": profile_2(package["profile"]),
        "eligibility": eligibility_2(package["eligibility"]),
        "documents": [document_2(document) for document in package["documents"]],
    }
