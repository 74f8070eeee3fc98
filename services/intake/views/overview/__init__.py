"""The overview: where the company stands, what is to be done next, and what is missing, each with the way there."""

from dataclasses import dataclass
from datetime import date

from services.intake.domain.company import Company
from services.intake.views.dashboard import Dashboard, ReferenceData, dashboard
from services.intake.views.documents import RequiredDocument, required
from services.intake.views.overview.gaps import Gap, Namer, SectionGaps
from services.intake.views.overview.next_step import NextStep, next_step
from services.intake.views.overview.track import Step, track


@dataclass(frozen=True)
class Overview:
    """The dashboard, and what a page adds to it. `against` is what bars an application."""

    dashboard: Dashboard
    track: tuple[Step, ...]
    next_step: NextStep
    sections: tuple[SectionGaps, ...]
    documents: SectionGaps
    against: tuple[Gap, ...]
    required: tuple[RequiredDocument, ...]


def overview(company: Company, reader: str, today: date, reference: ReferenceData) -> Overview:
    """Raises Refused("not_found") for strangers."""
    shown = dashboard(company, reader, today, reference)
    namer = Namer(company, reference.catalogue)
    sections, documents = tuple(map(namer.section, shown.sections)), namer.section(shown.documents)
    return Overview(
        dashboard=shown,
        track=track(company, shown),
        next_step=next_step(company, reader, shown, (*sections, documents)),
        sections=sections,
        documents=documents,
        against=namer.gaps(shown.against),
        required=required(company, reference.catalogue, shown.documents.missing),
    )
