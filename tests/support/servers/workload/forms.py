"""How release 0.3.0 of intake takes what is sent to it today, while it is still served."""

from typing import Any

Json = Any


def before(body: Json) -> Json | None:
    """The body in the form of that release; None if it is the same."""
    match body:
        case {"carrier_codes": dict(codes)}:
            kept = {name: value for name, value in body.items() if name != "carrier_codes"}
            return {**kept, "carrier_code": next((coded["code"] for coded in codes.values()), None)}
        case {"attests_signing_authority": _, "owner": _}:
            return {name: value for name, value in body.items() if name != "owner"}
        case {"attests": _, "name": _, "title": _}:
            return {name: value for name, value in body.items() if name not in {"name", "title"}}
    return None


def answers(eligibility: dict[str, Json]) -> Json:
    """All answers about a company at once, with one explanation."""
    values = {question: given["value"] for question, given in eligibility.items()}
    return {**values, "explanation": next((given.get("explanation") for given in eligibility.values()), None)}
