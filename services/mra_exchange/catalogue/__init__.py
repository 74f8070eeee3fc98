"""The texts in which a company reads what partners were sent of it; the file is parsed once."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from services.mra_exchange.domain.disclosure.sharing import SharingCause
from shared import yaml_text
from shared.i18n import Text
from shared.model import Model


class LogTexts(Model):
    """Texts for every message and every cause, and for a message that a later one replaced."""

    events: Mapping[Literal["record_shared", "sharing_stopped", "sharing_sealed"], Text]
    causes: Mapping[SharingCause, Text]
    superseded: Text


@cache
def log_texts() -> LogTexts:
    """All of them; a file that is wrong raises pydantic's ValidationError."""
    return LogTexts.model_validate(yaml_text.values(resources.files(__name__).joinpath("log.yaml").read_bytes()))
