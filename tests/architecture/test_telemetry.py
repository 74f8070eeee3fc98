import ast
import re
from collections.abc import Iterator

from tests.support.source import Module, calls, imported, modules, parsed, texts

SERVING = (*modules("shared"), *modules("services"))
MEASURES = {"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"}
LABELS = {"topic", "reason", "method", "route", "status"}
CONVENTION = re.compile(r"(http|url|messaging|error|server|client|network)\.[a-z_.]+")
ATTRIBUTES = {
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "messaging.destination.name",
    "messaging.operation.name",
    "messaging.operation.type",
    "messaging.system",
    "url.scheme",
}
ADDED_TO_SPANS = {"set_attribute", "set_attributes", "add_event", "record_exception", "add_link"}
SPANS = {"f'{aggregate.documents.name} {type(command).__name__}'", "f'handle {envelope.type}'"}


def labels(module: Module) -> Iterator[str]:
    """The labels of every measure that a module makes."""
    for name, call in calls(module):
        listed = [part for part in call.args if isinstance(part, ast.List)] if name in MEASURES else []
        yield from (str(ast.literal_eval(label)) for part in listed for label in part.elts)


def test_labels_are_a_closed_list_without_companies_and_people() -> None:
    """Programme.md 5.15."""
    assert {label for module in SERVING for label in labels(module)} == LABELS


def test_measures_are_made_in_one_module() -> None:
    makers = {f"prometheus_client.{measure}" for measure in MEASURES}
    assert {module.name for module in SERVING if not makers.isdisjoint(imported(module))} == {"shared.telemetry"}


def test_a_label_too_many_is_found() -> None:
    assert list(labels(parsed("services.review.api", "Counter('a', 'b', ['company_id'])"))) == ["company_id"]


def test_spans_are_named_after_types_and_carry_what_the_conventions_name() -> None:
    """Attributes of OpenTelemetry's conventions for HTTP and messaging, none of which repeats what was sent."""
    named = {ast.unparse(call.args[0]) for module in SERVING for name, call in calls(module) if name == "spanning"}
    assert named == SPANS
    adding = [module for module in SERVING if any(name in ADDED_TO_SPANS for name, _ in calls(module))]
    assert [module.name for module in adding] == ["shared.telemetry"]
    assert {text for module in adding for text in texts(module) if CONVENTION.fullmatch(text)} == ATTRIBUTES
