"""`tt trace`: who did what to a company, when, and what followed."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from json import dumps
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.cli.options import Data
from deploy.operations.access import services_at
from deploy.operations.trace import Step, text_of, texts
from deploy.operations.trace import trace as traced
from shared.i18n import Language, pick

COLUMNS = (12, 34, 26, 25)
WIDTH = 100
CompanyName = Annotated[str, typer.Argument(metavar="COMPANY", help="Its id, business number or PIP number.")]
Language_ = Annotated[Language, typer.Option("--language", help="The language of the facts.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line for each fact, with all that is journalled of it.")]


def trace(company: CompanyName, data: Data, *, language: Language_ = "en", json: AsJson = False) -> None:
    """Prints the story of one company across all services, from their journals; the reading is noted."""
    with services_at(data) as services:
        steps = traced(services, company)
    if json:
        print(*(dumps(_whole(step, language), ensure_ascii=False) for step in steps), sep="\n")
        return
    console = Console(highlight=False, width=WIDTH)
    for line in _story(steps, language):
        console.print(line)


def _whole(step: Step, language: Language) -> dict[str, Any]:
    caused_by = step.causes[-1].id if step.causes else None
    text = text_of(step.entry.fact["kind"], language)
    return {
        "id": step.id,
        "service": step.service,
        "text": text,
        "caused_by": caused_by,
        **step.entry.model_dump(mode="json"),
    }


def _story(steps: Iterable[Step], language: Language) -> Iterator[Text | Table]:
    """What one person did in a row on one day; what followed from each act is indented beneath it."""
    for (day, role, subject), several in groupby(steps, _heading):
        yield Text.assemble((f"{day} UTC", "bold"), f"  {role} {subject}")
        yield _table(several, language)


def _heading(step: Step) -> tuple[date, str, str]:
    actor = step.began.entry.actor
    return step.entry.at.date(), actor["role"], actor["subject"]


def _table(steps: Iterable[Step], language: Language) -> Table:
    table = Table.grid(padding=(0, 1))
    for width in COLUMNS:
        table.add_column(width=width, overflow="fold")
    before = ""
    for step in steps:
        entry = step.entry
        moment = entry.at.time().isoformat("milliseconds")
        source = f"{'  ' * len(step.causes)}{step.service} {entry.collection} {entry.sequence}"
        message = Text(_message(step, language), "cyan")
        table.add_row("" if moment == before else moment, source, text_of(entry.fact["kind"], language), message)
        before = moment
    return table


def _message(step: Step, language: Language) -> str:
    """The message that was published for a fact, to which partner if any, and whether it was superseded."""
    entry = step.entry
    if entry.type is None or entry.topic is None:
        return ""
    _, _, partner = entry.topic.partition(".partner.")
    name = f"→ {entry.type.split('.')[1]} {partner.upper()}".rstrip()
    return f"{name} ({pick(texts().superseded, language)})" if entry.superseded else name
