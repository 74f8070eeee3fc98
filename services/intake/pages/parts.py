"""What the three pages of the working profile have in common: who may edit, and what is declared otherwise."""

from collections.abc import Callable, Mapping
from uuid import UUID

from fastapi.responses import Response

from services.intake.api.deps import Deps
from services.intake.domain.company import Company
from services.intake.domain.company.rights import EDITORS
from services.intake.domain.company.state import Draft
from services.intake.views.company import company_of, may_edit
from services.intake.views.people import called
from shared.contracts.catalogue import Catalogue
from shared.contracts.types import MODES
from shared.model import Model
from shared.pages.fields import NO, YES, Given, fields_of
from shared.pages.forms import Filled
from shared.pages.speech import printed
from shared.pages.stale import Standing
from shared.pages.visits import SignedVisit
from shared.programme.geography import country_names

Part = Callable[[Draft], Model | None]
Names = Mapping[str, Mapping[str, str]]
Differences = tuple[tuple[str, str | None, str | None], ...]
LABELS = {"contact": "contact.fields"}  # where the labels of a page's fields are, if not among all


def given(part: Part, draft: Draft) -> Given:
    """The fields of a part; none where nothing of it is filled in."""
    body = part(draft)
    return fields_of(body) if body else {}


async def standing(part: Part, company_id: UUID, visit: SignedVisit, deps: Deps) -> Standing:
    """What stands of a part now, and at which sequence."""
    company, sequence = await company_of(deps.companies, company_id, visit.call.caller.subject)
    return Standing(given(part, company.profile), sequence)


def show(
    visit: SignedVisit, company: Company, part: Part, form: Filled, catalogue: Catalogue, **shown: object
) -> Response:
    """The page of a part: with what is declared otherwise, and for those who only read, who may edit it."""
    names = value_names(catalogue, visit)
    return visit.show(
        f"{visit.address.name}.html",
        form.status,
        company=company,
        form=form,
        names=names,
        differences=differences(part, company, visit, names),
        may_edit=may_edit(company, visit.call.caller.subject),
        editors=", ".join(called(user) for user in company.users if user.role in EDITORS),
        **shown,
    )


def differences(part: Part, company: Company, visit: SignedVisit, names: Names) -> Differences:
    """What is declared otherwise than it stands in the working version: label, declared, working, in words."""
    if company.declared is None:
        return ()
    declared = given(part, Draft.model_validate(company.declared.profile.model_dump()))
    working = given(part, company.profile)
    labels = LABELS.get(visit.address.name, "fields")
    return tuple(
        (
            visit.renderer.phrase(f"{labels}.{path}", visit.language),
            in_words(path, declared, names),
            in_words(path, working, names),
        )
        for path in {**declared, **working}
        if declared.get(path) != working.get(path)
    )


def in_words(path: str, fields: Given, names: Names) -> str | None:
    """The values of a field as people read them; None where there is none."""
    known = names.get(path, {})
    return ", ".join(known.get(value, value) for value in fields.get(path, ())) or None


def value_names(catalogue: Catalogue, visit: SignedVisit) -> Names:
    """What codes are called, by the path of their field."""
    words, language = visit.renderer.phrase, visit.language
    yes_no = {YES: words("form.yes", language), NO: words("form.no", language)}
    countries = {code: printed(name, language) for code, name in country_names().items()}
    return {
        "lines_of_business": {line.id: printed(line.name, language) for line in catalogue.lines_of_business},
        "language": {"en": words("languages.english", language), "fr": words("languages.french", language)},
        "headquarters_country": countries,
        "address.country": countries,
        "courier": yes_no,
        **{f"carrier_codes.{mode}.bonded": yes_no for mode in MODES.values()},
    }
