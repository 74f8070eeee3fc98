"""Visits and findings in a browser without script: a day is confirmed, a finding is answered with a document."""

from uuid import UUID, uuid4

import pytest

from shared.contracts.types import CompanyRole
from shared.i18n import Language
from shared.pages.addresses import addresses
from tests.support.builders.packages import divisions
from tests.support.builders.validating import ACTION, ADVICE, HELD, LATER, address, opened, planned, team
from tests.support.servers.browser import Browser
from tests.support.servers.served import Person, Served

DOCUMENT, DIGEST = str(uuid4()), "5f" * 32
YARD_NAME = divisions()[0].name


def page(company: UUID, name: str, language: Language = "fr", **ids: object) -> str:
    return addresses()[name].path(language, company_id=company, **ids)


def id_of(path: str) -> str:
    return path.rpartition("/")[2]


@pytest.fixture
def owner(site_validation: Served, maude: Person) -> Browser:
    return site_validation.browser_of(maude)


async def found(sacha: Person, company: UUID, observation: dict[str, str]) -> str:
    """The id of what was found at a visit to the yard."""
    await sacha.does(f"POST {await planned(sacha, address(company))}/record", HELD)
    return str((await sacha.does(f"POST {address(company)}/findings", observation))["id"])


async def visit_state(maude: Person, company: UUID) -> tuple[str, str | None]:
    [visit] = (await maude.does(f"GET /companies/{company}/validation"))["visits"]
    return visit["state"], visit["reason"]


async def test_before_a_validation_begins_the_page_announces_it(
    site_validation: Served, sacha: Person, maude: Person, owner: Browser
) -> None:
    company = uuid4()
    await site_validation.consumes(company, team(maude))
    await opened(site_validation, sacha, uuid4())  # whatever was published before is consumed
    shown = await owner.opens(page(company, "visits"))
    assert (shown.status, "Aucune visite" in shown.text()) == (200, True)


async def test_a_day_is_confirmed_or_another_is_asked_for(
    sacha: Person, maude: Person, company: UUID, owner: Browser
) -> None:
    visit = id_of(await planned(sacha, address(company)))
    every = await owner.opens(page(company, "visits"))
    assert YARD_NAME in every.text(".hero")
    [link] = every.html.select(".hero a")
    proposed = await owner.opens(str(link["href"]))
    assert proposed.path == page(company, "visit", visit_id=visit)

    confirmed = await proposed.send("confirm")
    assert "La visite est confirmée." in confirmed.text("[role=status]")
    assert await visit_state(maude, company) == ("confirmed", None)
    assert (await owner.opens(page(company, "visits"))).html.select(".hero") == []

    unexplained = await confirmed.send("another_day", reason=" ")
    assert (unexplained.status, len(unexplained.faults())) == (422, 1)
    asked = await unexplained.send("another_day", reason="La cour est fermée.\nLe 3 ou le 4 conviennent.")
    assert "Votre demande est transmise aux agents." in asked.text("[role=status]")
    assert await visit_state(maude, company) == (
        "another_day_asked",
        "La cour est fermée.\nLe 3 ou le 4 conviennent.",
    )


async def test_a_finding_is_answered_with_a_document_replaced_and_rejected(
    sacha: Person, maude: Person, company: UUID, owner: Browser
) -> None:
    finding = await found(sacha, company, ACTION)
    every = await owner.opens(page(company, "visits"))
    [link] = every.html.select(".hero a")
    action = await owner.opens(str(link["href"]))
    assert action.path == page(company, "finding", finding_id=finding)
    assert ACTION["text"] in action.text()
    assert ACTION["note"] not in str(action.html)

    # given what is typed is kept for later, the document that intake leads here with is laid beside it
    await owner.sends(str(action.answer.url), {**action.filled(), "text": ["Un nouveau cadenas."], "form-draft": ["1"]})
    choosing = await owner.opens(page(company, "evidence", document_id=DOCUMENT, digest=DIGEST))
    assert ACTION["text"] in choosing.text()
    chosen = await choosing.send()
    assert chosen.path == page(company, "finding", finding_id=finding)
    response = {"text": "Un nouveau cadenas.", "documents": f"{DOCUMENT} {DIGEST}"}
    again = await owner.sends(str(chosen.answer.url), {name: [value] for name, value in response.items()})
    assert "La réponse est envoyée." in again.text("[role=status]")
    [read] = (await maude.does(f"GET /companies/{company}/validation"))["findings"]
    assert read["state"] == "responded"
    assert [(given["text"], given["documents"]) for given in read["responses"]] == [
        ("Un nouveau cadenas.", [{"document_id": DOCUMENT, "sha256": DIGEST}])
    ]

    # when the response is replaced, its document is still chosen; when an officer rejects it, the reason stands there
    assert again.filled()["documents"] == [f"{DOCUMENT} {DIGEST}"]
    replaced = await again.send(text="Deux nouveaux cadenas.")
    assert "Deux nouveaux cadenas." in replaced.text("[aria-labelledby=responses]")
    rejection = {"text": "The photo shows the old one.", "due_on": LATER}
    await sacha.does(f"POST {address(company)}/findings/{finding}/rejection", rejection)
    rejected = await owner.opens(page(company, "finding", finding_id=finding))
    assert rejection["text"] in rejected.text("[aria-labelledby=responses]")
    assert rejected.filled()["text"] == [""]
    await rejected.send(text="La photo du nouveau.")
    await sacha.does(f"POST {address(company)}/findings/{finding}/acceptance")
    accepted = await owner.opens(page(company, "finding", finding_id=finding))
    assert (accepted.html.select("main form"), "Acceptée" in accepted.text(".tag")) == ([], True)


async def test_what_no_page_has_offered_is_no_document(
    sacha: Person, maude: Person, company: UUID, owner: Browser
) -> None:
    finding = await found(sacha, company, ACTION)
    action = await owner.opens(page(company, "finding", finding_id=finding))
    empty = await action.send(documents=("beef", f"{DOCUMENT} beef"))
    assert (empty.status, len(empty.faults())) == (422, 1)
    await empty.send(text="Fait.", documents=("../../etc", f"{DOCUMENT} {DIGEST}"))
    [read] = (await maude.does(f"GET /companies/{company}/validation"))["findings"]
    assert read["responses"][0]["documents"] == [{"document_id": DOCUMENT, "sha256": DIGEST}]


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_page_is_whole_in_both_languages(
    sacha: Person, company: UUID, owner: Browser, language: Language
) -> None:
    visit, finding = id_of(await planned(sacha, address(company))), await found(sacha, company, ACTION)
    advice = str((await sacha.does(f"POST {address(company)}/findings", ADVICE))["id"])
    for path in (
        page(company, "visits", language),
        page(company, "visit", language, visit_id=visit),
        page(company, "finding", language, finding_id=finding),
        page(company, "finding", language, finding_id=advice),
        page(company, "evidence", language, document_id=DOCUMENT, digest=DIGEST),
    ):
        shown = await owner.opens(path)
        assert (shown.status, len(shown.html.select("h1"))) == (200, 1)
        assert shown.html.select_one(f"html[lang={language}-CA]")
        assert shown.html.select_one("nav [aria-current]")


@pytest.mark.parametrize(("role", "forms"), [("read_only_user", 0), ("full_access_user", 2)])
async def test_who_may_only_read_reads_who_may_answer(
    site_validation: Served, sacha: Person, company: UUID, role: CompanyRole, forms: int
) -> None:
    visit = id_of(await planned(sacha, address(company)))
    idris = site_validation.person("idris")
    await site_validation.consumes(company, team(idris, role=role))
    await idris.sees(f"/companies/{company}/validation")
    shown = await site_validation.browser_of(idris).opens(page(company, "visit", visit_id=visit))
    assert len(shown.html.select("main form")) == forms
    assert ("Les utilisateurs en lecture seule ne peuvent pas répondre." in shown.text()) is (forms == 0)


async def test_a_stranger_and_another_company_find_nothing(
    site_validation: Served, sacha: Person, maude: Person, company: UUID, owner: Browser
) -> None:
    visit, finding = id_of(await planned(sacha, address(company))), await found(sacha, company, ACTION)
    stranger, other = site_validation.browser("zoe"), uuid4()
    await site_validation.consumes(other, team(maude))
    await opened(site_validation, sacha, other)
    for path in (
        page(company, "visits"),
        page(company, "visit", visit_id=visit),
        page(company, "finding", finding_id=finding),
        page(company, "evidence", document_id=DOCUMENT, digest=DIGEST),
    ):
        assert (await stranger.opens(path)).status == 404
    assert (await owner.opens(page(other, "visit", visit_id=visit))).status == 404
    assert (await owner.opens(page(other, "finding", finding_id=finding))).status == 404
    choosing = await owner.opens(page(company, "evidence", document_id=DOCUMENT, digest=DIGEST))
    assert (await choosing.send(finding_id="nothing")).status == 404
