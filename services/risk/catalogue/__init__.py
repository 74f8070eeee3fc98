"""The risk policy, as officers set it; the file is parsed once."""

from functools import cache
from importlib import resources

import yaml

from services.risk.domain.policy import Policy


@cache
def policy() -> Policy:
    """The policy of this release; a file that is wrong raises pydantic's ValidationError."""
    return Policy.model_validate(yaml.safe_load(resources.files(__name__).joinpath("policy.yaml").read_bytes()))
