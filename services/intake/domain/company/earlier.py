"""What a company stored in earlier versions of its facts and its state, lifted to the present ones."""

from shared.contracts.earlier import document_2, eligibility_2, profile_2
from shared.decider import Upcasters
from shared.model import Json

_UNNAMED = {"name": None, "title": None}


def _with_profile_2(fact: Json) -> Json:
    """Version 1 had one carrier code for all modes."""
    return {**fact, "profile": profile_2(fact["profile"])}


def _application_submitted_2(fact: Json) -> Json:
    return {**_with_profile_2(fact), "eligibility": eligibility_2(fact["eligibility"])}


def _application_answered_2(fact: Json) -> Json:
    """Version 1 answered all questions at once."""
    return {**fact, "eligibility": eligibility_2(fact["eligibility"])}


def _filing_2(filing: Json) -> Json:
    return {**filing, "document": document_2(filing["document"]), "outdated": False}


def _document_added_2(fact: Json) -> Json:
    return {**fact, "filing": _filing_2(fact["filing"])}


def _consent_given_2(fact: Json) -> Json:
    """Version 1 knew the token of who signed, and no name."""
    return {**fact, "consent": {**fact["consent"], **_UNNAMED}}


def _ownership_transferred_2(fact: Json) -> Json:
    """A new owner filed nothing anew."""
    return {**fact, "outdated": []}


def _registered_2(state: Json) -> Json:
    return {
        **state,
        "profile": profile_2(state["profile"]),
        "declared": state["declared"] and _with_profile_2(state["declared"]),
        "eligibility": eligibility_2(state["eligibility"]) if state["eligibility"] else [],
        "documents": [_filing_2(filing) for filing in state["documents"]],
        "consents": [{**consent, **_UNNAMED} for consent in state["consents"]],
    }


def _announced_nothing(stored: Json) -> Json:
    """A company of before published its users on a topic that not all services read."""
    return {**stored, "announced": 0}


FACT_UPCASTERS: Upcasters = {
    ("company_registered", 1): _with_profile_2,
    ("company_registered", 2): _announced_nothing,
    ("profile_changed", 1): _with_profile_2,
    ("profile_declared", 1): _with_profile_2,
    ("application_answered", 1): _application_answered_2,
    ("application_submitted", 1): _application_submitted_2,
    ("document_added", 1): _document_added_2,
    ("consent_given", 1): _consent_given_2,
    ("ownership_transferred", 1): _ownership_transferred_2,
}
STATE_UPCASTERS: Upcasters = {("registered", 1): _registered_2, ("registered", 2): _announced_nothing}
