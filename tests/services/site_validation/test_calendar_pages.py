"""The calendar of site officers: groups by urgency, filters in the address, pages by cursor, and the file."""

import csv
from datetime import timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest

from shared.clock import now
from shared.i18n import Language
from shared.pages.addresses import addresses
from tests.support.builders.packages import profile
from tests.support.builders.site_validation import PACKAGE, reviewed, risk_assessed
from tests.support.builders.validating import ACTION, LATER, SOON, YESTERDAY, address, day, held, opened, planned, team
from tests.support.servers.browser import Browser, Shown
from tests.support.servers.served import Person, Served, application_of


def calendar(query: str = "", language: Language = "en", name: str = "validations") -> str:
    return addresses()[name].path(language) + query


def groups(shown: Shown) -> dict[str, str]:
    """The text of every group that has a heading."""
    return {
        str(group["aria-labelledby"]): group.get_text(" ", strip=True) for group in shown.html.select(".listing__group")
    }


def cases(shown: Shown) -> list[UUID]:
    """The applications in the order of the lines."""
    return [UUID(str(link["href"]).rpartition("/")[2]) for link in shown.html.select("tr > th > a")]


async def named(site_validation: Served, sacha: Person, name: str) -> UUID:
    """A company of this name whose validation is open."""
    company = uuid4()
    for event in (PACKAGE.model_copy(update={"profile": profile(legal_name=name)}), reviewed(), risk_assessed()):
        await site_validation.consumes(company, event)
    await sacha.sees(address(company), status="open")
    return company


async def test_a_calendar_without_anything_announces_what_will_stand_there(officer: Browser) -> None:
    for query in ("", "?status=collecting", "?status=concluded", "?group=overdue"):
        shown = await officer.opens(calendar(query))
        assert (shown.status, len(shown.html.select(".empty"))) == (200, 1), query


async def test_groups_stand_by_urgency_and_hold_what_belongs_there(
    site_validation: Served, sacha: Person, maude: Person, officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await named(site_validation, sacha, "Unplanned Ltd.")
    later = await named(site_validation, sacha, "Later Ltd.")
    await planned(sacha, address(later), LATER)
    today = await named(site_validation, sacha, "Today Ltd.")
    await planned(sacha, address(today), day())
    visited = await named(site_validation, sacha, "Visited Ltd.")
    await sacha.does(f"POST {await planned(sacha, address(visited))}/record", {"held_on": YESTERDAY})
    answered = await named(site_validation, sacha, "Answered Ltd.")
    await site_validation.consumes(answered, team(maude))
    await sacha.does(f"POST {await planned(sacha, address(answered))}/record", {"held_on": YESTERDAY})
    finding = (await sacha.does(f"POST {address(answered)}/findings", ACTION))["id"]
    await maude.sees(f"/companies/{answered}/validation")
    await maude.does(f"POST /companies/{answered}/findings/{finding}/responses", {"text": "Done."})

    shown = groups(await officer.opens(calendar()))
    expected = {
        "unplanned": "Unplanned",
        "later": "Later",
        "this_week": "Today",
        "visited": "Visited",
        "responded": "Answered",
    }
    assert {group: name in shown.get(group, "") for group, name in expected.items()} == dict.fromkeys(expected, True)
    assert [*shown] == [
        group for group in ("responded", "this_week", "later", "unplanned", "visited") if group in shown
    ]
    assert "Today" not in shown["unplanned"] + shown["later"] + shown["visited"]

    # when the day of the visit and of the action have passed
    late = await named(site_validation, sacha, "Late Ltd.")
    await sacha.does(f"POST {await planned(sacha, address(late))}/record", {"held_on": YESTERDAY})
    await sacha.does(f"POST {address(late)}/findings", ACTION)
    monkeypatch.setattr("shared.timers.now", lambda: now() + timedelta(days=91))
    await sacha.sees(address(late), overdue_actions=1)
    first, *_ = (overdue := groups(await officer.opens(calendar())))
    assert (first, "Late" in overdue["overdue"], "Answered" in overdue["overdue"]) == ("overdue", True, False)


async def test_a_filter_stands_in_the_address_and_in_its_form(
    site_validation: Served, sacha: Person, officer: Browser
) -> None:
    other, company = (
        await named(site_validation, sacha, "Zephyr Cartage"),
        await named(site_validation, sacha, "Élan Été inc."),
    )
    await planned(sacha, address(company), SOON)
    await planned(sacha, address(other), LATER)
    shown = await officer.opens(calendar(f"?name=elan+e&visit_from={SOON}&visit_until={SOON}&group=&status=open"))
    assert cases(shown) == [application_of(company)]
    assert shown.text("main h2") == "1 validation"
    assert [str(field["value"]) for field in shown.html.select("[name=name]")] == ["elan e"]
    assert f"name=elan+e&visit_from={SOON}" in str(shown.html.select("main a")[0]["href"])
    assert (await officer.opens(calendar("?name=Nobody"))).html.select(".empty")

    reversed_days = await officer.opens(calendar(f"?visit_from={LATER}&visit_until={SOON}"))
    assert (reversed_days.status, len(reversed_days.faults())) == (422, 1)
    assert (await officer.opens(calendar("?name=...&group=never"))).status == 422


async def test_visits_are_paged_by_their_days(site_validation: Served, sacha: Person, officer: Browser) -> None:
    expected = []
    for days in (44, 41, 43, 42, 40):
        company = uuid4()
        validation = await opened(site_validation, sacha, company)
        for visit in (days, 100 - days):  # the first of both counts
            await planned(sacha, validation, day(visit))
        expected.append((day(days), application_of(company)))
    shown, found = await officer.opens(calendar(f"?visit_from={day(40)}&visit_until={day(44)}&limit=2")), []
    while True:
        found += cases(shown)
        assert len(cases(shown)) <= 2
        if not shown.html.select("a[rel=next]"):
            break
        shown = await shown.follow("a[rel=next]")
    assert found == [case for _, case in sorted(expected)]
    assert (await officer.opens(calendar("?group=later&after=me"))).status == 422


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_file_holds_what_the_filter_shows(
    site_validation: Served, sacha: Person, officer: Browser, language: Language
) -> None:
    beginning = f"Export {uuid4().hex[:6]}"
    company = await named(site_validation, sacha, f"-{beginning}")
    await planned(sacha, address(company), SOON)
    answer = (await officer.opens(calendar(f"?name={beginning}", language, "validations_export"))).answer
    heads, line = csv.reader(StringIO(answer.text.removeprefix("\ufeff")))
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(heads) == len(set(heads)) == len(line)
    assert (line[0], line[2], line[-1]) == (f"'-{beginning}", SOON, str(application_of(company)))
    wrong = await officer.opens(calendar("?visit_from=soon", language, "validations_export"))
    assert wrong.status == 422


async def test_each_status_counts_what_it_holds(site_validation: Served, sacha: Person, officer: Browser) -> None:
    for _ in range(2):
        company = uuid4()
        await site_validation.consumes(company, PACKAGE)
        await sacha.sees(address(company), status="collecting")
        for status in ("collecting", "open"):
            shown = await officer.opens(calendar(f"?status={status}&limit=1"))
            assert shown.text("main h2").split()[0] == shown.text(".views [aria-current] .count")


async def test_held_visits_and_actions_stand_in_the_line(
    site_validation: Served, sacha: Person, officer: Browser
) -> None:
    company = uuid4()
    await sacha.does(f"POST {await held(site_validation, sacha, company)}/findings", ACTION)
    await sacha.does(f"POST {address(company)}/conclusion", {"outcome": "failed", "reason": "No fence."})
    shown = await officer.opens(calendar("?status=concluded"))
    assert application_of(company) in cases(shown)
    assert "Not passed" in shown.text(".tag")
