"""The application profile in a browser without script: all questions on one page, and one after the other."""

from typing import Any

import pytest

from shared.clock import now
from shared.pages.addresses import addresses
from shared.programme.calendar import today
from tests.support.builders.applicant import CATALOGUE, Applicant, answer, eligibility, joined, registered
from tests.support.servers.browser import Shown
from tests.support.servers.served import Person, Served

TODAY = today(now()).isoformat()
ANSWERS: dict[str, Any] = {
    "countries": ("CA", "FR", ""),
    "count": "1 240",
    "day": TODAY,
    "yes_no": "false",
}


@pytest.fixture
async def company(intake: Served) -> Applicant:
    company = await registered(intake)
    await company.owner.does(f"PUT {company.path}/profile", company.profile)
    return company


async def opened(intake: Served, person: Person, company: Applicant, language: str = "en", question: str = "") -> Shown:
    ids = {"company_id": company.id, "question_id": question}
    address = addresses()["question" if question else "application"]
    return await intake.browser_of(person).opens(address.path("fr" if language == "fr" else "en", **ids))


async def given(company: Applicant) -> dict[str, object]:
    """The answers that stand."""
    view = await company.owner.does(f"GET {company.path}")
    return {each["question_id"]: each["value"] for each in view["eligibility"]}


# --- one after the other --------------------------------------------------------------------------


async def test_all_questions_are_answered_one_after_the_other(intake: Served, company: Applicant) -> None:
    page = await opened(intake, company.owner, company, "fr")
    assert "10 questions à remplir" in page.text(".hero")
    page = await page.follow(".hero a")
    for number, question in enumerate(CATALOGUE.questions, start=1):
        assert page.text("h1") == f"Question {number} sur 10"
        assert page.path.endswith(question.id)
        page = await page.send(value=ANSWERS[question.kind])
    assert page.path == addresses()["application"].path("fr", company_id=company.id)
    assert ("Rien ne manque ici." in page.text(), "Vos réponses sont enregistrées." in page.text()) == (True, True)
    stands = await given(company)
    assert (len(stands), stands["facilities_in"], stands["movements_12_months"]) == (10, ["CA", "FR"], 1240)


async def test_who_goes_on_is_led_to_the_next_that_is_open(intake: Served, company: Applicant) -> None:
    await answer(company.owner, company.path, *eligibility()[1:8])
    page = await opened(intake, company.owner, company, question="carm_registered")
    page = await page.send(value="true")
    assert page.path.endswith("/foreign_convictions")
    page = await page.send(value="false")
    assert page.path.endswith("/contraventions")
    page = await page.send(value="false")
    assert page.path.endswith("/facilities_in")


async def test_an_adverse_answer_calls_for_its_explanation(intake: Served, company: Applicant) -> None:
    page = await (await opened(intake, company.owner, company, question="crown_debt")).send(value="true")
    assert page.path.endswith("/crown_debt")
    assert "it calls for an explanation of its own" in page.text()
    assert page.filled()["value"] == ["true"]
    page = await page.send(explanation="It is paid in instalments.")
    assert page.path.endswith("/bankruptcy")


@pytest.mark.parametrize(
    ("question", "value", "fault"),
    [
        ("movements_12_months", "many", "Question 2: Write a whole number, from none to ten million, in digits."),
        ("movements_12_months", "-1", "Question 2: Write a whole number, from none to ten million, in digits."),
        ("last_movement_on", "2026-02-30", "Question 3: Write the day as year, month and day, like 2026-11-25."),
        ("last_movement_on", "2999-01-01", "Question 3: "),
    ],
)
async def test_a_wrong_answer_stays_as_it_was_typed(
    intake: Served, company: Applicant, question: str, value: str, fault: str
) -> None:
    page = await (await opened(intake, company.owner, company, question=question)).send(value=value)
    assert page.status == 422
    assert page.faults()[0].startswith(fault)
    assert page.html.title
    assert page.html.title.get_text().startswith("Error:")
    assert page.filled()["value"] == [value]
    assert question not in await given(company)


async def test_a_question_without_an_answer_is_named(intake: Served, company: Applicant) -> None:
    page = await (await opened(intake, company.owner, company, "fr", question="carm_registered")).send()
    assert (page.status, page.faults()) == (422, ["Question 4\u00a0: Choisissez oui ou non."])


# --- all on one page ------------------------------------------------------------------------------


async def test_all_questions_are_answered_on_one_page(intake: Served, company: Applicant) -> None:
    page = await opened(intake, company.owner, company)
    fields = {f"{question.id}__value": ANSWERS[question.kind] for question in CATALOGUE.questions}
    page = await page.send(**fields)
    assert "Your answers are saved." in page.text()
    assert len(await given(company)) == 10


async def test_what_is_right_is_saved_and_what_is_wrong_stays(intake: Served, company: Applicant) -> None:
    page = await opened(intake, company.owner, company)
    page = await page.send(
        carm_registered__value="true", movements_12_months__value="many", crown_debt__explanation="We owe nothing."
    )
    assert page.status == 422
    assert page.faults() == [
        "Question 2: Write a whole number, from none to ten million, in digits.",
        "Question 6: Choose yes or no.",
    ]
    assert page.filled()["movements_12_months.value"] == ["many"]
    assert page.filled()["crown_debt.explanation"] == ["We owe nothing."]
    assert await given(company) == {"carm_registered": True}
    page = await page.send(movements_12_months__value="12", crown_debt__value="false")
    assert "Your answers are saved." in page.text()
    assert await given(company) == {"carm_registered": True, "movements_12_months": 12, "crown_debt": False}


async def test_two_people_at_one_page_undo_nothing(intake: Served, company: Applicant) -> None:
    mine = await opened(intake, company.owner, company)
    await answer(company.owner, company.path, *eligibility(insolvent=True, movements_12_months=7)[:6])
    page = await mine.send(carm_registered__value="false", movements_12_months__value="9")
    assert page.status == 409
    assert "This has been changed since you opened the page." in page.text()
    stands = await given(company)
    assert (stands["insolvent"], stands["movements_12_months"]) == (True, 7)


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", "crown_debt"])
async def test_who_only_reads_is_shown_the_answers_and_who_may_change_them(
    intake: Served, company: Applicant, question: str
) -> None:
    await answer(company.owner, company.path, *eligibility())
    reader = await joined(intake, company, "read_only_user")
    page = await opened(intake, reader, company, question=question)
    assert page.html.select("main form") == []
    assert "full access users may change it" in page.text()
    assert "Does the company have an unresolved debt to the Crown? No" in page.text()


async def test_a_stranger_and_a_question_that_is_not_asked_are_answered_alike(
    intake: Served, company: Applicant
) -> None:
    await answer(company.owner, company.path, *eligibility(movements_12_months=0))
    for person, question in ((intake.person("stranger"), ""), (company.owner, "last_movement_on")):
        assert (await opened(intake, person, company, question=question)).status == 404
