"""A stranger who tries business numbers to find registered firms learns little, then nothing (programme 5.18)."""

import asyncio
from uuid import uuid4

import pytest

from services.intake.api.attempts import Attempts
from shared.http.problems import load
from tests.support.builders.applicant import registered, registration
from tests.support.servers.served import Served

TAKEN = "business_number_taken"
OFTEN = Attempts.MOST


def test_the_sentence_for_a_taken_number_is_that_for_one_that_cannot_be_registered() -> None:
    problems = load("services.intake")
    taken, invalid = problems[TAKEN], problems["business_number_invalid"]
    assert (taken.en, taken.fr) == (
        f"{invalid.en} Contact the program.",
        f"{invalid.fr} Communiquez avec le programme.",
    )


async def test_a_stranger_who_tries_many_numbers_at_once_meets_few_and_is_logged(
    intake: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    number = (await registered(intake)).profile["business_number"]
    zoe, maude = (intake.person(f"{name} {uuid4()}") for name in ("zoe", "maude"))
    tries = [zoe.asks("POST /companies", registration(business_number=number)) for _ in range(3 * OFTEN)]
    codes = [answer.json()["code"] for answer in await asyncio.gather(*tries)]
    assert set(codes) == {TAKEN, "too_many_attempts"}
    assert codes.count(TAKEN) <= OFTEN
    logged = capsys.readouterr().out
    assert "event='too_many_attempts'" in logged
    assert number not in logged
    assert await maude.refused("POST /companies", registration(business_number=number)) == f"409 {TAKEN}"


async def test_the_profile_is_no_way_around(intake: Served) -> None:
    company, other = await registered(intake), await registered(intake)
    body = {**company.profile, "business_number": other.profile["business_number"]}
    codes = [(await company.owner.asks(f"PUT {company.path}/profile", body)).json()["code"] for _ in range(OFTEN + 1)]
    assert codes == [TAKEN] * OFTEN + ["too_many_attempts"]
    assert await company.owner.refused(f"PUT {company.path}/profile", company.profile) == "429 too_many_attempts"
