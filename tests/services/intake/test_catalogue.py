"""What people read of intake, in both languages: what is missing, what deserves attention, and its notices."""

from services.intake.catalogue import banners, lacks, notices
from services.intake.domain.company.banners import BANNERS, REMINDERS
from services.intake.domain.company.completion import completion
from services.intake.domain.company.divisions import AddDivision, RemoveDivision
from services.intake.domain.company.eligibility import LINE_NOT_ELIGIBLE, NOT_ELIGIBLE
from tests.support.builders.intake import AT, CATALOGUE, answer_question, asked, company_after, company_in, site_of
from tests.support.builders.packages import TERMINAL, YARD, divisions


def test_texts_differ_between_the_languages() -> None:
    texts = (*lacks().values(), *banners().values(), *(notice.text for notice in notices()))
    assert all(text.en != text.fr for text in texts)


def test_every_banner_has_its_text() -> None:
    assert set(banners()) == {*BANNERS, *REMINDERS.values()}


def test_everything_that_can_be_missing_or_stand_against_submitting_has_its_sentence() -> None:
    bare = asked(AddDivision, division_id=YARD, site=site_of(divisions()[0]))
    without = (asked(RemoveDivision, division_id=YARD), asked(RemoveDivision, division_id=TERMINAL))
    lives = (
        company_in("registered"),
        company_in("returned"),
        company_after((bare, answer_question("insolvent", value=True, explanation=None)), company_in("registered"))[0],
        company_after(without, company_in("complete"))[0],
    )
    seen = {lack.code for company in lives for lack in completion(company, CATALOGUE, AT.date()).missing}
    assert seen | {"evidence_required", "document_expired", LINE_NOT_ELIGIBLE, *NOT_ELIGIBLE} == set(lacks())
