"""The case in the console: its frame, and who may open it."""

from uuid import UUID, uuid4

import pytest

from shared.i18n import Language
from shared.pages.addresses import addresses
from tests.support.builders.reviewing import opened
from tests.support.servers.served import Person, Served, application_of


def page(company: UUID, name: str = "case", language: Language = "fr", **ids: object) -> str:
    return addresses()[name].path(language, application_id=application_of(company), **ids)


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_frame_is_whole_in_both_languages(review: Served, noor: Person, language: Language) -> None:
    company = uuid4()
    await opened(review, noor, company)
    shown = await review.browser("noor", "review_officer").opens(page(company, language=language))
    assert (shown.status, shown.text("h1")) == (200, "Boreal Drayage Ltd.")
    assert shown.html.select_one(f"html[lang={language}-CA]")
    assert shown.html.select_one(".tabs [aria-current=page]")


async def test_a_user_of_the_company_does_not_open_its_case(review: Served, noor: Person) -> None:
    """As an officer nobody reads what officers write about the own company (programme 3.7)."""
    company, insider = uuid4(), review.person("insider", "review_officer")
    await opened(review, noor, company)
    browser = review.browser("insider", "review_officer")
    assert (await browser.opens(page(company))).status == 200
    await review.introduces(company, "urn-owner", insider.urn)
    assert (await browser.opens(page(company))).status == 403
