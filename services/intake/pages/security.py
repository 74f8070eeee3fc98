"""The security profile: the company's divisions, and one of them with its requirements."""

from typing import get_args
from uuid import UUID

from fastapi.responses import Response

from services.intake.api.divisions import add_division, change_division, remove_division
from services.intake.api.forms import SiteForm
from services.intake.domain.company import Company
from services.intake.domain.company.divisions import Site
from services.intake.pages.deps import Trader
from services.intake.pages.dossier import AtDossier, Dossier
from services.intake.views.divisions import answers_lost, lines_to_choose, security_profile
from shared.contracts.intake import Division
from shared.contracts.types import LineOfBusiness
from shared.pages.drafts import drafted
from shared.pages.fields import Given, fields_of
from shared.pages.forms import Filled, FormSent, Sent
from shared.pages.speech import printed
from shared.pages.visits import PageRouter

router = PageRouter()

# --- all divisions --------------------------------------------------------------------------------


@router.page("security")
async def show_security(visit: Trader, dossier: AtDossier, line: str = "") -> Response:
    """`line`: the line of business for which a division is missing, as the overview names it."""
    company = await dossier.company()
    begun = {"lines_of_business": (line,), "address.country": (company.profile.address.country,)}
    return _security(company, await drafted(visit, Filled(begun)), dossier)


@router.form("security")
async def add(visit: Trader, sent: FormSent, dossier: AtDossier) -> Response:
    refused = await sent.command(
        visit, lambda call: add_division(dossier.company_id, sent.body(SiteForm), call, dossier.deps)
    )
    if refused:
        return _security(await dossier.company(), refused, dossier)
    return visit.leave("security", done="division_added")


def _security(company: Company, form: Filled, dossier: Dossier) -> Response:
    profile, lines = security_profile(company, dossier.catalogue), _lines(company, None, dossier)
    return dossier.show("security.html", company, form, profile=profile, lines=lines)


def _lines(company: Company, division: Division | None, dossier: Dossier) -> list[tuple[LineOfBusiness, str]]:
    """The lines of business that are offered, by their names."""
    offered = lines_to_choose(company, division, dossier.catalogue)
    return [(line.id, printed(line.name, dossier.visit.language)) for line in offered]


# --- one division ---------------------------------------------------------------------------------


@router.page("division")
async def show_division(division_id: UUID, visit: Trader, dossier: AtDossier) -> Response:
    company = await dossier.company()
    division = security_profile(company, dossier.catalogue).division(division_id).division
    form = await drafted(visit, Filled(site_fields(division), act="change"), act="change")
    return _division(company, division, form, dossier)


@router.form("division")
async def change_or_remove(division_id: UUID, visit: Trader, sent: FormSent, dossier: AtDossier) -> Response:
    company = await dossier.company()
    division = security_profile(company, dossier.catalogue).division(division_id).division
    if sent.act == "remove":
        refused = await sent.command(
            visit, lambda call: remove_division(dossier.company_id, division_id, call, dossier.deps)
        )
        if refused:
            form = Filled(site_fields(division), refused.faults, refused.status)
            return _division(company, division, form, dossier)
        return visit.leave("security", done="division_removed")
    lost = answers_lost(division, lines_sent(sent), dossier.catalogue) if lines_sent(sent) else 0
    if lost and sent.given.get("confirmed") != (str(lost),):
        return _division(company, division, Filled(sent.given, act=sent.act, seen=sent.seen), dossier, lost=lost)
    if refused := await _changed(division_id, sent, dossier):
        return _division(company, division, refused, dossier)
    return visit.leave("division", done="division_changed")


async def _changed(division_id: UUID, sent: Sent, dossier: Dossier) -> Filled | None:
    def fields(company: Company) -> Given:
        return site_fields(security_profile(company, dossier.catalogue).division(division_id).division)

    return await sent.change(
        dossier.visit,
        dossier.standing(fields),
        lambda sent, call: change_division(dossier.company_id, division_id, sent.body(SiteForm), call, dossier.deps),
    )


def _division(company: Company, division: Division, form: Filled, dossier: Dossier, lost: int = 0) -> Response:
    view = security_profile(company, dossier.catalogue).division(division.division_id)
    lines = _lines(company, division, dossier)
    files = [document for document in company.drafted if document.division_id == division.division_id]
    return dossier.show("division.html", company, form, view=view, lines=lines, lost=lost, files=files)


def site_fields(division: Division) -> Given:
    """The fields of what a division is, apart from its answers."""
    return fields_of(Site(**division.model_dump(include=set(Site.model_fields))))


def lines_sent(sent: Sent) -> tuple[LineOfBusiness, ...]:
    return tuple(line for line in get_args(LineOfBusiness) if line in sent.given.get("lines_of_business", ()))
