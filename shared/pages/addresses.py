"""Where every page is: one table for the routes of services, the links of templates and the file of the gateway."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, get_args

from pydantic import StringConstraints, TypeAdapter

from shared import yaml_text
from shared.i18n import Language
from shared.model import Model

LANGUAGES: tuple[Language, ...] = get_args(Language)
Template = Annotated[str, StringConstraints(pattern=r"^(/[a-z-]+|/\{[a-z_]+\})*$")]


class Paths(Model):
    """The path of a page after the language, in both languages."""

    en: Template
    fr: Template


class Address(Model):
    """One page: which service has it, and where it is."""

    service: str
    name: str
    paths: Paths

    def template(self, language: Language) -> str:
        """The path with its ids in braces, as `/fr/entreprises/{company_id}`."""
        return f"/{language}{getattr(self.paths, language)}"

    def path(self, language: Language, **ids: object) -> str:
        """The path of one page. Raises KeyError for an id that is not given."""
        return self.template(language).format_map(ids)


@cache
def addresses() -> Mapping[str, Address]:
    """Every page, by its name."""
    read = yaml_text.values((files(__package__) / "addresses.yaml").read_text("utf-8"))
    table = TypeAdapter(dict[str, dict[str, Paths]]).validate_python(read)
    return {
        name: Address(service=service, name=name, paths=paths)
        for service, pages in table.items()
        for name, paths in pages.items()
    }


def in_language(path: str, language: Language) -> str:
    """The address of the same page in this language, with its query; what is no page's address stays as it is."""
    bare, mark, query = path.partition("?")
    for address in addresses().values():
        for written in LANGUAGES:
            ids = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(address.template(written)))
            if found := re.fullmatch(ids, bare):
                return f"{address.path(language, **found.groupdict())}{mark}{query}"
    return path
