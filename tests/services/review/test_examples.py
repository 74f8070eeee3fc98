"""Whoever reads the API finds, for every body, an example that would be taken."""

from collections.abc import Iterator

from jsonschema import Draft202012Validator

from shared.decider import Json
from tests.architecture.built import app_of

DOCUMENT: Json = app_of("review").openapi()


def bodies() -> Iterator[tuple[str, Json]]:
    """The body that each of the service's own endpoints takes."""
    for path, methods in DOCUMENT["paths"].items():
        for method, described in () if path.startswith("/operations") else methods.items():
            if "requestBody" in described:
                yield f"{method.upper()} {path}", described["requestBody"]["content"]["application/json"]["schema"]


def test_every_body_has_an_example_that_is_valid() -> None:
    assert dict(bodies())
    for request, schema in bodies():
        assert schema["examples"], request
        for example in schema["examples"]:
            Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(example)


def test_every_endpoint_says_in_a_sentence_what_it_is_for() -> None:
    described = [one for path, methods in DOCUMENT["paths"].items() if not path.startswith("/operations") for one in methods.values()]
    assert all(one["summary"] and one["description"].endswith(".") for one in described)
