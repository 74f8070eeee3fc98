"""A package as people read it, part by part, in the language of its reader; and what changed from one to another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple, Protocol
from uuid import UUID

from shared.contracts.catalogue import Catalogue
from shared.contracts.intake import AnswerValue, Division, Document, EligibilityAnswer, Profile, Reply
from shared.contracts.types import Address
from shared.i18n import Language
from shared.pages.speech import country, printed
from shared.pages.typography import day, number, size
from shared.pages.visits import Visit

Lines = tuple[str, ...]


class Package(Protocol):
    """What a package has, signed or not."""

    @property
    def profile(self) -> Profile: ...
    @property
    def eligibility(self) -> tuple[EligibilityAnswer, ...]: ...
    @property
    def divisions(self) -> tuple[Division, ...]: ...
    @property
    def documents(self) -> tuple[Document, ...]: ...
    @property
    def replies(self) -> tuple[Reply, ...]: ...


@dataclass(frozen=True)
class Item:
    """What stands in one place of a package; `key` is the same in every package of the company."""

    key: str
    label: str
    lines: Lines


@dataclass(frozen=True)
class Part:
    key: str
    title: str
    items: tuple[Item, ...]


class Change(NamedTuple):
    """What stood in one place, and what stands there now; empty where it was added or taken out."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ChangedPart:
    key: str
    title: str
    changes: tuple[Change, ...]


def compared(before: Sequence[Part], after: Sequence[Part]) -> tuple[ChangedPart, ...]:
    """The parts in which something differs, those that are gone at the end."""
    earlier, kept = {part.key: part.items for part in before}, {part.key for part in after}
    every = (*after, *(Part(part.key, part.title, ()) for part in before if part.key not in kept))
    changed = (
        ChangedPart(part.key, part.title, tuple(_changes(earlier.get(part.key, ()), part.items))) for part in every
    )
    return tuple(part for part in changed if part.changes)


def _changes(before: tuple[Item, ...], after: tuple[Item, ...]) -> Iterator[Change]:
    earlier, kept = {item.key: item.lines for item in before}, {item.key for item in after}
    for item in (*after, *(Item(item.key, item.label, ()) for item in before if item.key not in kept)):
        if item.lines != (lines := earlier.get(item.key, ())):
            yield Change(item.label, "\n".join(lines), "\n".join(item.lines))


@dataclass(frozen=True)
class Sheet:
    """Writes packages out. `wording` finds a text of pages by key and language; `asked`: the questions of replies."""

    catalogue: Catalogue
    language: Language
    wording: Callable[..., str]
    asked: Mapping[UUID, str]

    def words(self, key: str, **values: object) -> str:
        return self.wording(key, self.language, **values)

    def parts(self, package: Package) -> tuple[Part, ...]:
        files = {document.document_id: document.name for document in package.documents}
        divisions = {division.division_id: division.name for division in package.divisions}
        every = (
            self.company(package.profile),
            Part("questions", self.words("package.questions"), tuple(map(self._answered, package.eligibility))),
            *(
                Part(f"division-{division.division_id}", division.name, tuple(self._division(division, files)))
                for division in package.divisions
            ),
            Part(
                "documents",
                self.words("package.documents"),
                tuple(self._document(document, divisions) for document in package.documents),
            ),
            Part(
                "replies", self.words("package.replies"), tuple(self._reply(reply, files) for reply in package.replies)
            ),
        )
        return tuple(part for part in every if part.items)

    # --- the company ------------------------------------------------------------------------------

    def company(self, profile: Profile) -> Part:
        return Part("company", self.words("package.company"), tuple(self._company(profile)))

    def _company(self, profile: Profile) -> Iterator[Item]:
        contact = profile.contact
        written: Mapping[str, Lines] = {
            "legal_name": (profile.legal_name,),
            "operating_name": (profile.operating_name,) if profile.operating_name else (),
            "business_number": (" ".join(filter(None, (profile.business_number, profile.rm_account))),),
            "carrier_codes": tuple(self._carrier_codes(profile)),
            "courier": (self._yes_no(answer=profile.courier),),
            "address": self._address(profile.address),
            "headquarters_country": (country(profile.headquarters_country, self.language),),
            "lines_of_business": tuple(self._line(line) for line in profile.lines_of_business),
            "language": (self.words(f"package.language_{profile.language}"),),
            "contact": (f"{contact.name}, {contact.title}", contact.email, contact.phone),
        }
        return (Item(name, self.words(f"package.{name}"), lines) for name, lines in written.items() if lines)

    def _carrier_codes(self, profile: Profile) -> Iterator[str]:
        for mode, coded in profile.carrier_codes.by_mode.items():
            bonded = {True: "bonded", False: "not_bonded", None: "bond_unknown"}[coded.bonded]
            yield self.words(f"package.{bonded}", mode=self.words(f"package.modes.{mode}"), code=coded.code)

    def _address(self, address: Address) -> Lines:
        place = " ".join(filter(None, (address.city, address.region, address.postal_code)))
        return (*address.lines, place, country(address.country, self.language))

    # --- what it answers --------------------------------------------------------------------------

    def _answered(self, given: EligibilityAnswer) -> Item:
        explanation = _paragraphs(given.explanation) if given.explanation else ()
        return Item(
            given.question_id,
            self._questions.get(given.question_id, given.question_id),
            (self._value(given.value), *explanation),
        )

    def _value(self, value: AnswerValue) -> str:
        match value:
            case bool():
                return self._yes_no(answer=value)
            case int():
                return number(value, self.language)
            case date():
                return day(value, self.language)
            case _:
                return ", ".join(country(code, self.language) for code in value)

    def _yes_no(self, *, answer: bool) -> str:
        return self.words("form.yes" if answer else "form.no")

    def _division(self, division: Division, files: Mapping[UUID, str]) -> Iterator[Item]:
        lines = tuple(map(self._line, division.lines_of_business))
        yield Item("name", self.words("package.division"), (division.name,))
        yield Item("lines_of_business", self.words("package.lines_of_business"), lines)
        yield Item("address", self.words("package.address"), self._address(division.address))
        for answer in division.answers:
            not_applicable = (self.words("package.not_applicable"),) if answer.response == "not_applicable" else ()
            text = (*not_applicable, *_paragraphs(answer.text), *self._named(answer.evidence, files))
            label = f"{answer.requirement_id} {self._requirements.get(answer.requirement_id, '')}"
            yield Item(answer.requirement_id, label.strip(), text)

    def _reply(self, reply: Reply, files: Mapping[UUID, str]) -> Item:
        question = self.asked.get(reply.question_id, self.words("package.question"))
        lines = (*_paragraphs(reply.text), *self._named(reply.documents, files))
        return Item(str(reply.question_id), question, lines)

    # --- documents --------------------------------------------------------------------------------

    def _document(self, document: Document, divisions: Mapping[UUID, str]) -> Item:
        days = {"issued_on": document.issued_on, "valid_until": document.valid_until}
        lines = (
            f"{document.name}, {size(document.size, self.language)}",
            divisions.get(document.division_id) if document.division_id else None,
            self._line(document.line_of_business) if document.line_of_business else None,
            *(self.words(f"package.{name}", day=day(on, self.language)) for name, on in days.items() if on),
        )
        kind = self._kinds.get(document.kind, document.kind)
        return Item(str(document.document_id), kind, tuple(filter(None, lines)))

    def _named(self, documents: Sequence[UUID], files: Mapping[UUID, str]) -> Lines:
        names = ", ".join(files[document] for document in documents if document in files)
        return (self.words("package.named", n=len(documents), names=names),) if names else ()

    # --- names -----------------------------------------------------------------------------------

    def _line(self, line: str) -> str:
        return next(
            printed(known.name, self.language) for known in self.catalogue.lines_of_business if known.id == line
        )

    @cached_property
    def _questions(self) -> Mapping[str, str]:
        return {question.id: printed(question.text, self.language) for question in self.catalogue.questions}

    @cached_property
    def _requirements(self) -> Mapping[str, str]:
        return {requirement.id: printed(requirement.text, self.language) for requirement in self.catalogue.requirements}

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        return {kind.id: printed(kind.name, self.language) for kind in self.catalogue.documents.kinds}


def _paragraphs(text: str) -> Lines:
    return tuple(line for line in text.split("\n") if line)


def sheet_for(visit: Visit, catalogue: Catalogue, asked: Mapping[UUID, str]) -> Sheet:
    """For who visits a page, in the words of its service."""
    return Sheet(catalogue, visit.language, visit.renderer.phrase, asked)
