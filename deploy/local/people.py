"""The people whom the local issuer knows: those of the sample data, or those that its home directory lists."""

from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from deploy.errors import Failed
from shared.i18n import Text
from shared.model import Model

NAME_CHARACTERS = 100


class Person(Model):
    """The person of a token; `administration` goes with the role partner."""

    subject: str
    name: str
    roles: tuple[str, ...] = ()
    administration: str | None = None


class Sample(Person):
    """Somebody who is offered at sign-in; `about` stands beside the name, else what the roles are called."""

    about: Text | None = None

    def person(self) -> Person:
        return Person.model_validate(self.model_dump(exclude={"about"}))


_SAMPLES = TypeAdapter(tuple[Sample, ...])


def samples(home: Path | None) -> tuple[Sample, ...]:
    """Those of `people.json` in this directory, where there is one. Raises Failed."""
    kept = home and home / "people.json"
    if kept and kept.exists():
        try:
            return _SAMPLES.validate_json(kept.read_text("utf-8"))
        except ValidationError:
            raise Failed(
                f"{kept} is damaged: write it again, or remove it; then the usual people are offered"
            ) from None
    return _SAMPLES.validate_python(yaml.safe_load((files(__package__) / "people.yaml").read_text("utf-8")))


def subject_of(name: str) -> str:
    """By what the issuer knows somebody who has only typed a name: the same name is the same person."""
    return name.lower().replace(" ", ".")


def named(name: str, known: tuple[Sample, ...]) -> Person | None:
    """Whoever types this name: a known person, or somebody new; None without a name."""
    read = " ".join(name.split())[:NAME_CHARACTERS]
    found = {sample.subject: sample.person() for sample in known}
    return found.get(subject_of(read), Person(subject=subject_of(read), name=read)) if read else None
