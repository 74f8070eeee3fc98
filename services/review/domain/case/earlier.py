"""What a case stored in earlier versions of its facts and its state, lifted to the present ones."""

from shared.contracts.earlier import package_2
from shared.decider import Upcasters
from shared.model import Json

_WHY = {"score", "rules", "reason"}
_STATUSES = (
    "under_review",
    "returned",
    "risk_assessment",
    "site_validation",
    "decision_pending",
    "approved",
    "denied",
    "withdrawn",
)


def _package_received_2(fact: Json) -> Json:
    return {**fact, "package": package_2(fact["package"])}


def _risk_2(risk: Json) -> Json:
    """Version 1 kept why the risk was assessed so."""
    return {name: value for name, value in risk.items() if name not in _WHY}


def _risk_noted_2(fact: Json) -> Json:
    return {**fact, "risk": _risk_2(fact["risk"])}


def _case_2(state: Json) -> Json:
    dossier = state["dossier"]
    lifted = {"package": package_2(dossier["package"]), "risk": dossier["risk"] and _risk_2(dossier["risk"])}
    return {**state, "dossier": {**dossier, **lifted}}


FACT_UPCASTERS: Upcasters = {
    ("case_opened", 1): _package_received_2,
    ("case_resubmitted", 1): _package_received_2,
    ("risk_noted", 1): _risk_noted_2,
}
STATE_UPCASTERS: Upcasters = {(status, 1): _case_2 for status in _STATUSES}
