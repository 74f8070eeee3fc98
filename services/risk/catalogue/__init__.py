"""The risk policy in all its versions, as officers set it; the files are parsed once."""

from datetime import date
from functools import cache
from importlib import resources

from services.risk.domain.assessment.policy import Policy
from shared import yaml_text


@cache
def policies() -> tuple[Policy, ...]:
    """Every version, the earliest first, drafts last; a file that is wrong raises pydantic's ValidationError."""
    files = (file for file in resources.files(__name__).iterdir() if file.name.startswith("policy-"))
    versions = (Policy.model_validate(yaml_text.values(file.read_bytes())) for file in files)
    return tuple(sorted(versions, key=lambda policy: policy.since or date.max))
