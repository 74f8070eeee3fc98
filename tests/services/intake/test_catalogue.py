"""What people read of intake, in both languages: what is missing, what deserves attention, and its notices."""

from services.intake.catalogue import banners, lacks, notices
from services.intake.domain.company.banners import BANNERS, REMINDERS
from services.intake.domain.company.completion import completion
from services.intake.domain.company.divisions import AddDivision, RemoveDivision
from services.intake.domain.company.eligibility import NOT_ELIGIBLE, AnswerApplication
from tests.support.builders.intake import CATALOGUE, asked, company_after, company_in, site_of
from tests.support.builders.packages import TERMINAL, YARD, divisions, eligibility


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
        company_after(
            (bare, asked(AnswerApplication, eligibility=eligibility(insolvent=True))), company_in("registered")
        )[0],
        company_after(without, company_in("complete"))[0],
    )
    seen = {lack.code for company in lives for lack in completion(company, CATALOGUE).missing}
    assert seen | {"evidence_required"} | set(NOT_ELIGIBLE) == set(lacks())
