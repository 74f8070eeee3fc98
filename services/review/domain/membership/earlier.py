"""What a membership stored in earlier versions of its facts and its state, lifted to the present ones."""

from shared.contracts.earlier import profile_2
from shared.decider import Upcasters
from shared.model import Json


def _declaration_2(declaration: Json) -> Json:
    """Version 1 had one carrier code for all modes."""
    return {**declaration, "profile": profile_2(declaration["profile"])}


def _profile_noted_2(fact: Json) -> Json:
    return {**fact, "declared": _declaration_2(fact["declared"])}


def _known_2(state: Json) -> Json:
    declared = state["declared"] and _declaration_2(state["declared"])
    return {**state, "declared": declared, "earlier": [_declaration_2(earlier) for earlier in state.get("earlier", ())]}


FACT_UPCASTERS: Upcasters = {("profile_noted", 1): _profile_noted_2}
STATE_UPCASTERS: Upcasters = {
    (status, 1): _known_2 for status in ("absent", "active", "suspended", "cancelled", "withdrawn")
}
