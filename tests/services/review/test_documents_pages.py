# ruff: noqa: RUF001 - French as it is printed
"""Documents of a case in a browser without script: what is required and what is evidence; one is shown and judged."""

from uuid import UUID, uuid4

import pytest

from shared.formats import DOCX, PNG
from tests.support.builders.review import DOCUMENT, EVIDENCE, MUST, OTHER_DOCUMENT, PACKAGE
from tests.support.builders.reviewing import address, opened, page
from tests.support.servers.browser import Browser
from tests.support.servers.served import Person, Served


async def test_documents_are_judged_one_after_the_other(noor: Person, company: UUID, console: Browser) -> None:
    every = await console.opens(page(company, "case_documents"))
    assert "2 documents requis à évaluer" in every.text(".hero")
    first = await every.follow(".hero a")
    assert first.path == page(company, "case_document", document_id=DOCUMENT)
    unexplained = await first.send("judge", accepted="false")
    assert (len(unexplained.faults()), unexplained.filled("judge")["accepted"]) == (1, ["false"])
    second = await unexplained.send("judge", accepted="false", advice="Sign it.", note="Again.")
    assert second.path == page(company, "case_document", document_id=OTHER_DOCUMENT)
    assert (await second.send("judge", accepted="true")).path == page(company, "case_documents")
    read = (await noor.does(f"GET {address(company)}"))["documents"]
    assert [each["judgement"] and each["judgement"]["accepted"] for each in read] == [False, True, None, None]


async def test_a_document_is_shown_with_its_digest_and_the_page_states_that_it_was_opened(
    company: UUID, console: Browser
) -> None:
    shown = await console.opens(page(company, "case_document", document_id=DOCUMENT))
    [frame] = shown.html.select("iframe")
    assert str(frame["src"]).startswith(f"/api/intake/documents/{DOCUMENT}#")
    assert not frame.has_attr("sandbox")
    assert PACKAGE.documents[0].sha256 in shown.text()
    assert "L’ouverture est consignée" in shown.text()


@pytest.mark.parametrize(("media_type", "shown_as"), [(PNG, ["img"]), (DOCX, [])])
async def test_pictures_are_shown_and_other_files_only_downloaded(
    review: Served, noor: Person, console: Browser, media_type: str, shown_as: list[str]
) -> None:
    company = uuid4()
    first, *others = PACKAGE.documents
    await opened(review, noor, company, documents=(first.model_copy(update={"media_type": media_type}), *others))
    shown = await console.opens(page(company, "case_document", document_id=DOCUMENT))
    assert [part.name for part in shown.html.select(".viewer")] == shown_as
    assert shown.html.select_one(f"a[download][href='/api/intake/documents/{DOCUMENT}']")


async def test_evidence_leads_to_its_answers_and_is_not_judged_itself(company: UUID, console: Browser) -> None:
    shown = await console.opens(page(company, "case_document", document_id=EVIDENCE))
    assert shown.html.select("main form[method=post]") == []
    answer = await shown.follow("[aria-labelledby=about] dd a")
    assert answer.text("h1").startswith(MUST)


async def test_who_does_not_have_the_case_judges_nothing(review: Served, noor: Person, company: UUID) -> None:
    path, other = page(company, "case_document", document_id=DOCUMENT), review.browser("felix", "review_officer")
    assert (await other.opens(path)).html.select("main form[method=post]") == []
    sent = {"form-act": ["judge"], "form-key": ["k"], "accepted": ["true"]}
    assert (await other.sends(path, sent)).status == 403
    assert (await review.browser("sacha", "site_officer").sends(path, sent)).status == 403
    insider = review.person("insider", "review_officer")
    await review.introduces(company, "urn-owner", insider.urn)
    for hidden in (path, page(company, "case_documents")):
        assert (await review.browser("insider", "review_officer").opens(hidden)).status == 403
    assert (await noor.does(f"GET {address(company)}"))["documents_to_judge"] == [str(DOCUMENT), str(OTHER_DOCUMENT)]


async def test_a_document_of_another_company_is_not_found(company: UUID, console: Browser) -> None:
    assert (await console.opens(page(company, "case_document", document_id=uuid4()))).status == 404
