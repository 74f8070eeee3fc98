"""The words in which a company reads what was told of it; the file is parsed once."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

import yaml

from services.mra_exchange.domain.disclosure import Cause
from shared.i18n import Text
from shared.model import Model


class LogTexts(Model):
    """Texts of what was told and why, and of a message that a later one replaced."""

    events: Mapping[Literal["record_shared", "sharing_stopped", "sharing_sealed"], Text]
    causes: Mapping[Cause, Text]
    superseded: Text


@cache
def log_texts() -> LogTexts:
    """All of them; a file that is wrong raises pydantic's ValidationError."""
    return LogTexts.model_validate(yaml.safe_load(resources.files(__name__).joinpath("log.yaml").read_bytes()))
