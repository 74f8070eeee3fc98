"""Every template of the dossier in both languages, for who edits and who reads: whole, and usable without a mouse."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid5

import pytest
from bs4 import BeautifulSoup

from services.intake.domain.company import Company
from services.intake.pages.application import all_fields
from services.intake.pages.application import answer_fields as fields_of_question
from services.intake.pages.requirement import also, answer_fields
from services.intake.pages.security import site_fields
from services.intake.views.divisions import security_profile
from services.intake.views.documents import documents, evidence_for
from services.intake.views.eligibility import application_profile
from shared.http.problems import load
from shared.i18n import Language, pick
from shared.pages.forms import Filled
from shared.pages.rendering import Renderer
from shared.programme.geography import country_names, in_order
from tests.support.builders.intake import AT, CATALOGUE, answer_question, answer_with, company_after, company_in, file
from tests.support.builders.packages import COMPANY, divisions, document

RENDERER = Renderer("intake", load("services.intake"))
RICH = company_after(
    [
        answer_question("crown_debt", value=True),
        answer_question("facilities_in", value=("CA", "FR", "JP")),
        answer_with(divisions()[0].answers[0].model_copy(update={"response": "not_applicable"})),
        file(document(uuid5(COMPANY, "plan"), "evidence", valid_until=AT.date(), issued_on=AT.date())),
    ],
    company_in("under_review"),
)[0]
COMPANIES = {"new": company_in("registered"), "rich": RICH}
Page = tuple[str, dict[str, Any]]


def pages_of(company: Company, language: Language) -> Iterator[Page]:
    """Each template with what its page shows, with faults wherever there can be some."""
    lines = [(line.id, pick(line.name, language)) for line in CATALOGUE.lines_of_business]
    for template, shown in (*of_questions(company), *of_divisions(company), *of_documents(company)):
        ids = {"company_id": company.company_id, **shown.pop("ids", {})}
        yield template, {"ids": ids, "lines": lines, **shown}


def of_questions(company: Company) -> Iterator[Page]:
    profile = application_profile(company, CATALOGUE)
    wrong = {f"{asked.question.id}.value": "missing" for asked in profile.asked}
    for faults in ({}, wrong):
        yield "application.html", {"profile": profile, "form": Filled(all_fields(profile), faults)}
    for asked in profile.asked:
        unfitting = {"value": "missing"} | ({"explanation": "string_too_long"} if asked.question.adverse else {})
        form = Filled(fields_of_question(asked), unfitting)
        ids = {"question_id": asked.question.id}
        yield "question.html", {"ids": ids, "profile": profile, "asked": asked, "form": form}


def of_divisions(company: Company) -> Iterator[Page]:
    wrong = {"lines_of_business": "missing", "address.lines": "missing", "address.region": "region_unknown"}
    profile = security_profile(company, CATALOGUE)
    yield "security.html", {"profile": profile, "form": Filled({}, wrong)}
    for view in profile.divisions:
        form = Filled(site_fields(view.division), wrong, act="change")
        yield (
            "division.html",
            {
                "ids": {"division_id": view.division.division_id},
                "view": view,
                "form": form,
                "lost": 2,
                "files": company.drafted,
            },
        )
    filed = documents(company, CATALOGUE, AT.date()).filed
    for task in profile.tasks[:3]:
        alike = profile.alike(task)
        faults = {"text": "missing", "evidence": "unknown_document"} | {
            also(each): "unknown_division" for each in alike
        }
        yield (
            "requirement.html",
            {
                "ids": {"division_id": task.division.division_id, "requirement_id": task.requirement.id},
                "task": task,
                "alike": alike,
                "names": {also(each): each.division.name for each in alike},
                "evidence": evidence_for(task.division.division_id, (), filed),
                "following": task,
                "left": 3,
                "saved": ["Mississauga yard"],
                "form": Filled(answer_fields(task), faults),
            },
        )


def of_documents(company: Company) -> Iterator[Page]:
    view = documents(company, CATALOGUE, AT.date())
    yield "documents.html", {"documents": view, "form": Filled()}
    for each in view.filed:
        form = Filled({}, {"": "document_in_use"})
        yield "document.html", {"ids": {"document_id": each.document.document_id}, "each": each, "form": form}
    for kind in CATALOGUE.documents.kinds:
        yield (
            "upload.html",
            {
                "kind": kind,
                "kinds": CATALOGUE.documents.kinds,
                "divisions": [(str(division.division_id), division.name) for division in company.divisions],
                "most_bytes": CATALOGUE.documents.max_file_bytes,
                "accepted": ".pdf",
                "answering": f"{COMPANY}/CS-01",
                "form": Filled({"kind": (kind.id,)}, {"file": "file_empty"}),
            },
        )


def flaws(html: str, *, may_edit: bool) -> Iterator[str]:
    """What a page lacks for who uses it by keyboard, by ear, or without script."""
    page = BeautifulSoup(html, "html.parser")
    ids = [str(each["id"]) for each in page.select("[id]")]
    levels = [int(heading.name[1]) for heading in page.select("main h1, main h2, main h3, main h4")]
    yield from (f"id {each} twice" for each in set(ids) if ids.count(each) > 1)
    yield from (f"headings {levels}" for before, after in zip([0, *levels], levels, strict=False) if after > before + 1)
    if levels.count(1) != 1:
        yield f"{levels.count(1)} titles"
    yield from (
        f"{link['href']} leads nowhere" for link in page.select("#errors a") if may_edit and link["href"][1:] not in ids
    )
    labelled = {label["for"] for label in page.select("label[for]")}
    for control in page.select(CONTROLS):
        if not (control.has_attr("aria-label") or control.get("id") in labelled):
            yield f"{control} has no label"
    named = " ".join(str(each["aria-describedby"]) for each in page.select("[aria-describedby]")).split()
    yield from (f"no description {each}" for each in named if each not in ids)
    yield from (f"{each} in the page" for each in page.select("main script, main style, main [style], main [onclick]"))


CONTROLS = "main input:not([type=hidden]), main select, main textarea"


@pytest.mark.parametrize("may_edit", [True, False])
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("company", COMPANIES)
def test_every_template_is_whole(company: str, language: Language, *, may_edit: bool) -> None:
    rendered = set()
    for template, shown in pages_of(COMPANIES[company], language):
        html = RENDERER.html(
            template,
            language,
            may_edit=may_edit,
            catalogue=CATALOGUE,
            countries=dict(in_order(country_names(), language)),
            today=AT.date(),
            page=template.removesuffix(".html"),
            here={"en": "/en", "fr": "/fr"},
            itself="/en",
            session=None,
            done=None,
            **shown,
        )
        rendered.add(template)
        assert list(flaws(html, may_edit=may_edit)) == [], template
        assert may_edit or "<form" not in html.partition("<main")[2], f"{template} offers what its reader may not do"
    assert len(rendered) == {"new": 5, "rich": 8}[company]
