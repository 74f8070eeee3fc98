"""A form is done once, bounded like JSON, and shown again with what was typed: on a toy portal with a real database."""

from urllib.parse import urlencode

import httpx
import pytest
from bs4 import BeautifulSoup

from shared.pages.forms import MOST_FIELDS, Sent
from tests.shared.pages.toy_portal import PORTAL, ToyPortal
from tests.support.builders.toys import COMPANY

EN, FR = "/en/welcome", "/fr/bienvenue"
FILES = f"/en/companies/{COMPANY}/documents"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_a_form_that_is_sent_twice_is_done_once_whatever_the_language(portal: ToyPortal) -> None:
    ann = portal.browser()
    page = await ann.opens(EN)
    fields = page.filled() | {"text": ["Lock the gate."]}
    answers = [await ann.sends(path, fields) for path in (EN, EN, FR)]
    assert [(answer.status, answer.path) for answer in answers] == [(200, EN), (200, EN), (200, FR)]
    assert await portal.number() == 1


async def test_a_form_of_several_commands_does_each_once(portal: ToyPortal) -> None:
    ann = portal.browser()
    fields = (await ann.opens(EN)).filled() | {"text": ["Lock the gate."], "part": ["north", "south"]}
    for _ in range(2):
        assert (await ann.sends(EN, fields)).status == 200
    assert await portal.number() == 2


async def test_a_page_that_was_sent_before_with_other_content_is_shown_again_under_a_fresh_key(
    portal: ToyPortal,
) -> None:
    page = await portal.browser().opens(EN)
    await page.send(text="Lock the gate.")
    again = await page.send(text="Lock both gates.")
    assert again.status == 422
    assert "was sent before with other content" in again.faults()[0]
    assert again.filled()["text"] == ["Lock both gates."]
    assert again.filled()["form-key"] != page.filled()["form-key"]
    assert (await again.send()).status == 200
    assert await portal.number() == 2


async def test_what_does_not_fit_is_shown_again_under_its_key_and_can_be_sent(portal: ToyPortal) -> None:
    page = await portal.browser().opens(FR)
    refused = await page.send(text="\u202e right to left")
    assert (refused.status, refused.faults()[0].split()[0]) == (422, "T")
    assert refused.filled()["text"] == ["\u202e right to left"]
    assert refused.filled()["form-key"] == page.filled()["form-key"]
    assert (await refused.send(text="left to right")).status == 200
    assert await portal.number() == 1


async def test_a_refused_form_keeps_the_query_of_its_page_and_repeats_no_success(portal: ToyPortal) -> None:
    page = await portal.browser().opens(f"{EN}?line=importer&done=discarded")
    assert "discarded" in page.text("[role=status]")
    refused = await page.send(text="\u202e right to left")
    [form] = refused.html.select("main form:has([name=form-key])")
    assert form["action"] == f"{EN}?line=importer&done=discarded"
    assert (refused.status, refused.text("[role=status]")) == (422, "")


async def test_what_is_not_there_is_a_page_of_its_own(portal: ToyPortal) -> None:
    answer = await (await portal.browser().opens(EN)).send(text="refuse me")
    assert (answer.status, len(answer.html.select("h1"))) == (404, 1)
    assert answer.html.select("#errors") == []


@pytest.mark.parametrize("key", ["x" * 121, "x y", ""])
def test_a_key_that_no_page_has_made_is_not_taken(key: str) -> None:
    assert Sent("welcome", {}, {}, {"form-key": (key,)}).key not in {key, ""}


# --- bounds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [EN, FR])
@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        ("text=" + "x" * 20_001, FORM, 413),
        ("&".join("a=" for _ in range(MOST_FIELDS + 1)), FORM, 422),
        ("text=%ff", FORM, 422),
        ('{"text": "x"}', {"Content-Type": "application/json"}, 415),
        ("--b--", {"Content-Type": "multipart/form-data; boundary=b"}, 415),
    ],
)
async def test_a_form_is_bounded_and_of_one_type(
    portal: ToyPortal, path: str, content: str, headers: dict[str, str], status: int
) -> None:
    answer = await portal.http.post(path, content=content, headers={**portal.browser().headers, **headers})
    page = BeautifulSoup(answer.text, "html.parser")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert page.select_one("html[lang]")["lang"] == f"{path[1:3]}-CA"  # type: ignore[index]  # there is one
    assert await portal.number() == 0


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
async def test_a_form_of_another_site_is_refused_before_it_is_read(portal: ToyPortal, site: str) -> None:
    headers = {**portal.browser().headers, **FORM, "Sec-Fetch-Site": site}
    answer = await portal.http.post(EN, content=urlencode({"text": "x"}), headers=headers)
    assert (answer.status_code, await portal.number()) == (403, 0)


# --- a file beside the fields ---------------------------------------------------------------------


def multipart(boundary: str, content: bytes, text: str = "A plan.", key: str = "k1") -> httpx.Request:
    fields = {"form-key": key, "text": text}
    return httpx.Request(
        "POST",
        f"{PORTAL}{FILES}",
        data=fields,
        files={"file": ("plan.pdf", content, "application/pdf")},
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )


async def uploaded(portal: ToyPortal, request: httpx.Request) -> BeautifulSoup:
    headers = {**portal.browser().headers, "Content-Type": request.headers["content-type"]}
    answer = await portal.http.post(FILES, content=await request.aread(), headers=headers, follow_redirects=False)
    return BeautifulSoup(answer.text, "html.parser")


async def test_a_file_is_the_same_command_under_another_boundary_and_not_with_other_bytes(portal: ToyPortal) -> None:
    first, again = [await uploaded(portal, multipart(boundary, b"plan")) for boundary in ("b1", "b2")]
    assert (first.text, again.text, await portal.number()) == ("", "", 1)
    other = await uploaded(portal, multipart("b1", b"another plan"))
    assert other.select("#errors")
    assert await portal.number() == 1


async def test_a_file_whose_fields_are_refused_is_read_to_its_end_and_its_fields_stay(portal: ToyPortal) -> None:
    page = await uploaded(portal, multipart("b1", b"x" * 39_000, text=""))
    assert page.select("#errors")
    assert await portal.number() == 0


async def test_a_file_is_bounded_and_comes_as_a_form(portal: ToyPortal) -> None:
    headers = {**portal.browser().headers, **FORM}
    assert (await portal.http.post(FILES, content="text=x", headers=headers)).status_code == 415
    large = multipart("b1", b"x" * 60_001)
    headers["Content-Type"] = large.headers["content-type"]
    assert (await portal.http.post(FILES, content=await large.aread(), headers=headers)).status_code == 413
