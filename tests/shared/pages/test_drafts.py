"""What is typed and not sent is its writer's alone, until it is sent or discarded: on a toy portal, a real database."""

from datetime import timedelta

import pytest

from shared.http.session.session import FRESH_FOR, LASTS_FOR
from tests.shared.pages.toy_portal import ToyPortal
from tests.support.builders.toys import COMPANY
from tests.support.servers.browser import Browser, Shown

EN, FR = "/en/welcome", "/fr/bienvenue"
FILES = f"/en/companies/{COMPANY}/documents"
MARKER = "Quillfeather \u202e, half of a sentence"
LATER = {"form-draft": "1"}
OVER = FRESH_FOR + timedelta(seconds=1)


async def typed(browser: Browser, text: str = MARKER, **controls: str) -> Shown:
    """The page after somebody has typed and done this."""
    return await (await browser.opens(EN)).send(text=text, **controls)


async def text_on(page: Shown) -> list[str]:
    return page.filled()["text"]


async def test_what_is_kept_for_later_is_there_in_either_language_and_nothing_is_done(portal: ToyPortal) -> None:
    ann = portal.browser()
    kept = await typed(ann, **LATER)
    assert (kept.status, await text_on(kept)) == (200, [MARKER])
    again = await portal.browser().opens(FR)
    assert await text_on(again) == [MARKER]
    assert "est affiché ici" in again.text(".notice")
    assert await portal.number() == 0


@pytest.mark.parametrize(("path", "expected"), [(EN, "Kept at "), (FR, "Gardé à ")])
async def test_a_script_reads_when_it_was_kept(portal: ToyPortal, path: str, expected: str) -> None:
    ann = portal.browser()
    headers = {**ann.headers, "Accept": "application/json"}
    answer = await portal.http.post(path, data={"text": MARKER, **LATER}, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["saved"].startswith(expected)
    assert await text_on(await ann.opens(path)) == [MARKER]


async def test_what_is_refused_is_kept_and_what_is_done_is_erased(portal: ToyPortal) -> None:
    ann = portal.browser()
    assert (await typed(ann)).status == 422
    page = await ann.opens(EN)
    assert await text_on(page) == [MARKER]
    sent = await page.send(text="A whole sentence.")
    assert (sent.status, await text_on(sent), sent.html.select(".notice")) == (200, [""], [])
    assert await portal.number() == 1


async def test_a_save_by_script_that_is_overtaken_by_its_form_brings_nothing_back(portal: ToyPortal) -> None:
    ann = portal.browser()
    page = await ann.opens(EN)
    fields = page.filled() | {"text": ["A whole sentence."]}
    await ann.sends(EN, fields)
    late = await ann.sends(EN, fields | {"form-draft": ["1"]})
    assert (late.status, await text_on(await ann.opens(EN))) == (200, [""])


async def test_its_writer_discards_it(portal: ToyPortal) -> None:
    ann = portal.browser()
    page = await typed(ann, **LATER)
    discarding = page.html.select_one("button[value=discard]")
    assert discarding
    discarded = await ann.sends(str(page.answer.url), {"form-draft": ["discard"]})
    assert await text_on(discarded) == [""]
    assert await text_on(await ann.opens(EN)) == [""]


async def test_a_draft_is_its_writers_alone(portal: ToyPortal) -> None:
    await typed(portal.browser("ann"), **LATER)
    assert await text_on(await portal.browser("bob").opens(EN)) == [""]


async def test_what_is_typed_and_not_sent_is_in_no_log_and_no_journal(
    portal: ToyPortal, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    page = await typed(portal.browser(), f"Quillfeather {portal.own} \u202e", **LATER)
    await portal.browser(ago=OVER).sends(EN, page.filled())
    assert (await page.send()).status == 422
    collections = [portal.database[name] for name in await portal.database.list_collection_names()]
    stored = {kept.name: str(await kept.find({}).to_list(None)) for kept in collections}
    assert [name for name, text in stored.items() if f"Quillfeather {portal.own}" in text] == ["drafts"]
    logged = "".join(capsys.readouterr()) + caplog.text
    assert "refused" in logged
    assert "Quillfeather" not in logged


# --- a form that comes after the end of the session -----------------------------------------------


async def test_a_form_of_a_session_that_is_over_waits_until_its_sender_has_signed_in(portal: ToyPortal) -> None:
    page = await portal.browser().opens(EN)
    late = await portal.browser(ago=OVER).sends(EN, page.filled() | {"text": ["Lock the gate."]})
    assert (late.status, await portal.number()) == (401, 0)
    assert "what you typed is kept" in late.text()
    assert [link["href"] for link in late.html.select("main a")] == ["/session/sign-in?then=%2Fen%2Fwelcome"]
    there = await portal.browser().opens(EN)
    assert await text_on(there) == ["Lock the gate."]
    await there.send()
    assert await portal.number() == 1


async def test_whose_session_can_be_renewed_goes_on_without_signing_in(portal: ToyPortal) -> None:
    fields = (await portal.browser().opens(FR)).filled() | {"text": ["Lock the gate."]}
    late = await portal.browser(ago=OVER, refresh_token="r").sends(FR, fields)
    [way] = late.html.select("main a")
    assert (late.status, late.text("h1")) == (401, "Continuez pour l\u2019envoyer")
    assert (way.text, way["href"]) == ("Continuer", "/session/renew?then=%2Ffr%2Fbienvenue")
    assert await text_on(await portal.browser().opens(FR)) == ["Lock the gate."]


async def test_who_has_no_session_is_led_back_after_signing_in(portal: ToyPortal) -> None:
    answer = await portal.browser(ago=LASTS_FOR).sends(EN, {"text": [MARKER]})
    assert [link["href"] for link in answer.html.select("main a.button")] == ["/session/sign-in?then=%2Fen%2Fwelcome"]


@pytest.mark.parametrize("ago", [LASTS_FOR, timedelta(days=30)])
async def test_of_a_session_that_has_ended_nothing_is_kept(portal: ToyPortal, ago: timedelta) -> None:
    ended = await portal.browser(ago=ago).sends(EN, {"text": [MARKER]})
    assert ended.status == 401
    assert await text_on(await portal.browser().opens(EN)) == [""]


async def test_of_a_cookie_that_is_not_ours_and_of_another_site_nothing_is_kept(portal: ToyPortal) -> None:
    over = portal.browser(ago=OVER)
    for changed, status in (
        ({"Cookie": over.headers["Cookie"][:-4] + "AAAA"}, 401),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ):
        answer = await portal.http.post(EN, data={"text": MARKER}, headers={**over.headers, **changed})
        assert answer.status_code == status
    assert await text_on(await portal.browser().opens(EN)) == [""]


async def test_a_file_that_comes_late_is_chosen_again_and_its_fields_are_kept(portal: ToyPortal) -> None:
    over = portal.browser(ago=OVER)
    answer = await portal.http.post(
        FILES, data={"text": "A plan."}, files={"file": ("plan.pdf", b"x" * 30_000)}, headers=over.headers
    )
    assert answer.status_code == 401
    assert "Choose the file again" in answer.text


async def test_a_late_reading_of_a_page_keeps_nothing_and_leads_to_sign_in(portal: ToyPortal) -> None:
    answer = await portal.http.get(EN, headers=portal.browser(ago=OVER).headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/session/sign-in?then=%2Fen%2Fwelcome")
