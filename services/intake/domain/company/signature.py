"""A signature under one of the programme's texts, kept with the version that was signed."""

from typing import Annotated

from pydantic import Field

from shared.contracts.catalogue import Declaration
from shared.contracts.types import Language, Name, TextVersion, YesNo
from shared.errors import Refused
from shared.model import Model

UNSIGNED = ("attestation_required", "text_version_outdated")


class Signature(Model):
    """Attests the text in the version and language in which it was read."""

    attests: YesNo
    text_version: TextVersion
    language: Language


class NamedSignature(Signature):
    """A signature with the name and title of who signs, which stay inside."""

    name: Annotated[Name, Field(examples=["Sam Roy"])]
    title: Annotated[Name, Field(examples=["Director of security"])]


def require_signed(signature: Signature, text: Declaration) -> None:
    """Raises Refused with a code of UNSIGNED, unless the text of today was attested."""
    if not signature.attests:
        raise Refused("attestation_required", field="attests")
    if signature.text_version != text.version:
        raise Refused("text_version_outdated", field="text_version")
