"""`tt trace`: who did what to a company, when, and what it led to."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from json import dumps
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.cli.options import Data
from deploy.operations.access import services_at
from deploy.operations.trace import Step, told, words
from deploy.operations.trace import trace as traced
from shared.i18n import Language, pick

WIDTH = 100
PLACE, MESSAGE = 38, 26
CompanyName = Annotated[str, typer.Argument(metavar="COMPANY", help="Its id, business number or PIP number.")]
Language_ = Annotated[Language, typer.Option("--language", help="In which facts are told.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line for each fact, with all that is journalled of it.")]


def trace(company: CompanyName, data: Data, *, language: Language_ = "en", json: AsJson = False) -> None:
    """Tells one company's story across all services, from their journals; the reading is logged."""
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
    text = told(step.lived.fact["kind"], language)
    return {"id": step.id, "service": step.service, "text": text, "caused_by": caused_by, **step.lived.model_dump(mode="json")}


def _story(steps: Iterable[Step], language: Language) -> Iterator[Text | Table]:
    """A line for each act and moment, and under it what it led to."""
    for (at, _), several in groupby(steps, lambda step: (step.lived.at, step.began.id)):
        led_to = list(several)
        who = led_to[0].began.lived.actor
        yield Text.assemble((f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03} UTC", "bold"), f"  {who['role']} {who['subject']}")
        yield _table(led_to, language)


def _table(steps: Iterable[Step], language: Language) -> Table:
    table = Table.grid(padding=(0, 1))
    for width in (PLACE, WIDTH - PLACE - MESSAGE - 2, MESSAGE):
        table.add_column(width=width, overflow="fold")
    for step in steps:
        lived = step.lived
        place = f"{'  ' * (1 + len(step.causes))}{step.service} {lived.collection} {lived.sequence}"
        table.add_row(place, told(lived.fact["kind"], language), Text(_message(step, language), "cyan"))
    return table


def _message(step: Step, language: Language) -> str:
    """The message that a fact became, to whom where that is a partner, and whether it left."""
    lived = step.lived
    if lived.type is None or lived.topic is None:
        return ""
    _, _, partner = lived.topic.partition(".partner.")
    name = f"→ {lived.type.split('.')[1]} {partner.upper()}".rstrip()
    return f"{name} ({pick(words().superseded, language)})" if lived.superseded else name
