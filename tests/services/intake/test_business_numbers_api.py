"""A stranger who tries business numbers to find registered firms learns little, then nothing (programme 5.18)."""

import asyncio
from uuid import uuid4

import pytest

from services.intake.settings import Settings
from shared.http.problems import load
from tests.support.builders.applicant import business_number, registered, registration
from tests.support.servers.backing import Broker
from tests.support.servers.served import Served, at_work
from tests.support.servers.serving import Issuer

TAKEN = "business_number_taken"
OFTEN: int = Settings.model_fields["foreign_numbers_a_day"].default
MOST_REGISTERED: int = Settings.model_fields["registrations_a_day"].default


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
    numbers = [(await registered(intake)).profile["business_number"] for _ in range(3 * OFTEN)]
    zoe, maude = (intake.person(f"{name} {uuid4()}") for name in ("zoe", "maude"))
    tries = [zoe.asks("POST /companies", registration(business_number=number)) for number in numbers]
    answers = await asyncio.gather(*tries)
    codes = [answer.json()["code"] for answer in answers]
    assert set(codes) == {TAKEN, "too_many_attempts"}
    assert codes.count(TAKEN) <= OFTEN
    assert all(0 < int(answer.headers["retry-after"]) <= 86_400 for answer in answers if answer.status_code == 429)
    logged = capsys.readouterr().out
    assert "event='too_many_attempts'" in logged
    assert [number for number in numbers if number in logged] == []
    assert await maude.refused("POST /companies", registration(business_number=numbers[0])) == f"409 {TAKEN}"


async def test_the_profile_is_no_way_around_and_stays_open_for_honest_people(intake: Served) -> None:
    company = await registered(intake)
    others = [(await registered(intake)).profile["business_number"] for _ in range(OFTEN + 1)]
    profile = f"PUT {company.path}/profile"
    guesses = [{**company.profile, "business_number": number} for number in others]
    codes = [(await company.owner.asks(profile, guess)).json()["code"] for guess in guesses]
    assert codes == [TAKEN] * OFTEN + ["too_many_attempts"]
    assert (await company.owner.asks(profile, company.profile)).is_success


async def test_parallel_saves_of_ones_own_and_repeats_of_one_click_are_all_taken(intake: Served) -> None:
    company = await registered(intake)
    saves = [company.owner.asks(f"PUT {company.path}/profile", company.profile) for _ in range(2 * OFTEN)]
    assert {answer.status_code for answer in await asyncio.gather(*saves)} == {200}

    body, nour = registration(), intake.person(f"nour {uuid4()}")
    keyed = [nour.asks("POST /companies", body, {"Idempotency-Key": "register"}) for _ in range(2 * OFTEN)]
    assert {answer.status_code for answer in await asyncio.gather(*keyed)} == {201}
    clicks = [await nour.asks("POST /companies", body) for _ in range(2 * OFTEN)]
    assert {answer.json()["code"] for answer in clicks} == {TAKEN}
    assert (await nour.asks("POST /companies", registration())).is_success


async def test_one_person_registers_only_so_many_in_a_day(intake: Served) -> None:
    nour = intake.person(f"nour {uuid4()}")
    for number in range(MOST_REGISTERED):
        await nour.does("POST /companies", registration(), {"Idempotency-Key": str(number)})
    assert await nour.refused("POST /companies", registration()) == "429 too_many_registrations"
    company = (await nour.does("GET /me"))["companies"][0]["company_id"]
    moved = {**(await nour.does(f"GET /companies/{company}"))["profile"], "business_number": business_number()}
    assert await nour.refused(f"PUT /companies/{company}/profile", moved) == "429 too_many_registrations"


async def test_what_was_tried_counts_after_a_restart(
    broker: Broker, mongo_url: str, issuer: Issuer, fresh: str
) -> None:
    async with at_work("intake", broker, mongo_url, issuer, kept_in=fresh) as before:
        numbers = [(await registered(before)).profile["business_number"] for _ in range(OFTEN)]
        for number in numbers:
            await before.person("zoe").refused("POST /companies", registration(business_number=number))
    async with at_work("intake", broker, mongo_url, issuer, kept_in=fresh) as after:
        assert await after.person("zoe").refused("POST /companies", registration()) == "429 too_many_attempts"
