"""The messages between services by name, as topics.yaml names them. What goes to partners has no class of its own."""

from collections.abc import Mapping

from shared.contracts import intake, review, risk, site_validation
from shared.contracts.event import Event

EVENTS: Mapping[str, type[Event]] = {
    name: event
    for module in (intake, review, risk, site_validation)
    for name, event in vars(module).items()
    if isinstance(event, type) and issubclass(event, Event)
}
