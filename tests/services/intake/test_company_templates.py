"""The company's pages in every stage of its life, for every role and in both languages: in order, one first action."""

from typing import Any

import pytest

from services.intake.catalogue import banners, lacks
from services.intake.domain.company import Company
from services.intake.pages.overview.stages import stages
from services.intake.pages.parts import given
from services.intake.views.company import CompanyRow, Me
from services.intake.views.dashboard import ReferenceData
from services.intake.views.history import Happening, History, Wording
from services.intake.views.overview import overview
from services.intake.views.people import called, owner_of, people
from shared.contracts.types import MODES
from shared.decider import Actor
from shared.http.problems import load
from shared.i18n import Language, pick
from shared.pages.addresses import LANGUAGES, addresses
from shared.pages.filled import Filled
from shared.pages.rendering import Renderer
from shared.programme.geography import country_names, in_order, regions_in_order
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    FULL,
    LIVES,
    OWNER,
    PROXY,
    READER,
    answer_question,
    company_after,
    company_in,
    consent,
    note_advice,
    offer,
    recover,
)
from tests.support.builders.packages import COMPANY
from tests.support.pages import flaws

RENDERER = Renderer("intake", load("services.intake"))
WORDS = ReferenceData(catalogue=CATALOGUE, lacks=lacks(), banners=banners(), notices=())
MORE: dict[str, Company] = {
    "offered": company_after([offer(FULL)], company_in("complete"))[0],
    "recovered": company_after([consent("US"), recover(PROXY)], company_in("complete"))[0],
    "barred": company_after([answer_question("carm_registered", value=False)], company_in("complete"))[0],
    "advised": company_after([note_advice()], company_in("under_review"))[0],
}
COMPANIES = {life: company_in(life) for life in LIVES} | MORE
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)
FAULTY = Filled(faults=dict.fromkeys(("urn", "family_name", "email", "role"), "missing"), act="add")


def frame(page: str, **ids: object) -> dict[str, Any]:
    here = {language: addresses()[page].path(language, **ids) for language in LANGUAGES}
    return {"page": page, "ids": ids, "here": here, "itself": here["en"], "session": None, "done": None}


def readers(company: Company) -> list[Actor]:
    return [person for person in (OWNER, PROXY, FULL, READER) if company.role_of(person.subject)]


@IN_BOTH
@pytest.mark.parametrize("life", COMPANIES)
def test_the_overview_of_every_life(life: str, language: Language) -> None:
    company = COMPANIES[life]
    happening = Happening(Wording("company_registered"), AT, "you")
    for person in readers(company):
        shown = overview(company, person.subject, AT.date(), WORDS)
        html = RENDERER.html(
            "overview.html",
            language,
            **frame("overview", company_id=COMPANY),
            company=company,
            overview=shown,
            stages=stages(shown.track, RENDERER, language),
            happenings=(happening,),
            catalogue=CATALOGUE,
            owner=called(owner_of(company)),
            standard_days=180,
        )
        assert list(flaws(html)) == []


@IN_BOTH
@pytest.mark.parametrize("life", COMPANIES)
def test_the_people_of_every_life(life: str, language: Language) -> None:
    company = COMPANIES[life]
    for person in readers(company):
        shown = people(company, person.subject)
        for form in (Filled(act="add"), *((FAULTY,) if shown.adds else ())):
            html = RENDERER.html(
                "people.html",
                language,
                **frame("people", company_id=COMPANY),
                company=company,
                people=shown,
                form=form,
                form_of=lambda act, form=form: form if act == "add" else Filled(act=act),
                called=called,
                managers="Tremblay-Ostrander",
                labels=CATALOGUE.labels.roles,
                attestation=CATALOGUE.ownership,
            )
            assert list(flaws(html)) == []


@IN_BOTH
@pytest.mark.parametrize("may_edit", [True, False])
@pytest.mark.parametrize(("page", "part"), [("profile", "particulars"), ("contact", "contact"), ("numbers", "numbers")])
def test_the_parts_of_the_profile(page: str, part: str, language: Language, *, may_edit: bool) -> None:
    company = company_in("member")
    fields = given(lambda profile: getattr(profile, part), company.profile)
    for form in (Filled(fields), Filled(), Filled(fields, dict.fromkeys(fields, "missing"))):
        html = RENDERER.html(
            f"{page}.html",
            language,
            **frame(page, company_id=COMPANY),
            company=company,
            form=form,
            names={},
            may_edit=may_edit,
            editors="Tremblay-Ostrander",
            differences=(("Name", None, "Boreal"),),
            lines=[(line.id, pick(line.name, language)) for line in CATALOGUE.lines_of_business],
            countries=in_order(country_names(), language),
            regions=regions_in_order(language),
            modes=[(mode, mode == "highway") for mode in MODES.values()],
        )
        assert list(flaws(html)) == []


@IN_BOTH
def test_the_first_visit_registration_and_history(language: Language) -> None:
    row = CompanyRow(company_id=COMPANY, legal_name="Boreal", role="account_owner")
    for companies in ((), (row,)):
        me = Me(urn="U", companies=companies, next="next" if companies else None)
        shown = RENDERER.html("welcome.html", language, **frame("welcome"), me=me, roles=CATALOGUE.labels.roles)
        assert list(flaws(shown)) == []
    for form in (
        Filled(),
        Filled(faults={"legal_name": "missing", "attests_signing_authority": "attestation_required"}),
    ):
        shown = RENDERER.html(
            "register.html", language, **frame("register"), form=form, regions=regions_in_order(language)
        )
        assert list(flaws(shown)) == []
    for happenings in ((), (Happening(Wording("company_registered"), AT, "person", "Roy"),)):
        history = History(happenings, 7)
        shown = RENDERER.html(
            "history.html",
            language,
            **frame("history", company_id=COMPANY),
            company=company_in("member"),
            history=history,
        )
        assert list(flaws(shown)) == []


@pytest.mark.parametrize(
    ("html", "flaw"),
    [
        ("<h1>A</h1><h3>B</h3>", "headings [1, 3]"),
        ("<h1>A</h1><p id=a></p><p id=a></p>", "#a stands 2 times"),
        ('<h1>A</h1><a href="#gone">B</a>', "nothing is #gone"),
        ("<h1>A</h1><input id=a>", '<input id="a"/> has no label'),
        ("<h1>A</h1><main><a class=button>B</a><a class=button>C</a></main>", "2 first actions"),
    ],
)
def test_a_seeded_flaw_is_found(html: str, flaw: str) -> None:
    assert list(flaws(html)) == [flaw]
