"""Where something that is missing is put right: from its path to the page and the very field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.intake.domain.company.section import Missing

QUESTION_BEHIND: Mapping[str, str] = {
    "no_facilities": "facilities_in",
    "no_movement": "movements_12_months",
    "last_movement_too_old": "last_movement_on",
    "not_in_carm": "carm_registered",
}  # what stands against a submission, by the question whose answer does


@dataclass(frozen=True)
class Place:
    """A page by its name, the ids and the query of its address, and the id of what is meant on it."""

    page: str
    anchor: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    query: str = ""

    @property
    def behind(self) -> str:
        """What follows the path of the page."""
        query = f"?{self.query}" if self.query else ""
        return f"{query}#{self.anchor}" if self.anchor else query


def place_of(missing: Missing) -> Place:
    """Raises ValueError for a path that nobody has thought of."""
    path, _, query = missing.where.partition("?")
    match path.split("/"):
        case ["profile", *within]:
            return _in_profile(within)
        case ["users", role]:
            return Place("people", role)
        case ["eligibility", *question]:
            question_id = question[0] if question else QUESTION_BEHIND[missing.code]
            at = "explanation" if missing.code == "explanation_required" else "value"
            return Place("question", at, {"question_id": question_id})
        case ["divisions"]:
            return Place("security", query=query)
        case ["divisions", division, "answers", requirement]:
            at = "evidence" if missing.code == "evidence_required" else "text"
            return Place("requirement", at, {"division_id": division, "requirement_id": requirement})
        case ["questions", question]:
            return Place("reply", "text", {"question_id": question})
        case ["documents"]:
            return Place("upload", "file", query=query)
        case _:
            raise ValueError(missing.where)


def division_of_answer(missing: Missing) -> str | None:
    """The division whose answer is missing, if it is an answer."""
    match missing.where.split("/"):
        case ["divisions", division, "answers", _]:
            return division
    return None


def _in_profile(within: list[str]) -> Place:
    match within:
        case ["contact"]:
            return Place("contact", "name")
        case ["business_number"]:
            return Place("numbers", "business_number")
        case ["carrier_codes", mode]:
            return Place("numbers", f"carrier_codes-{mode}-code")
        case ["address"]:
            return Place("profile", "address-lines")
        case [name]:
            return Place("profile", name)
        case _:
            raise ValueError(within)
