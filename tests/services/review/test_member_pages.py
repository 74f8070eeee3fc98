"""Members in a browser without script: the list is searched and saved, a membership is changed after a look ahead."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from shared.contracts.pip_id import pip_id
from shared.contracts.review import MembershipSuspended
from shared.i18n import Language
from shared.pages.addresses import addresses
from tests.support.builders.applicant import business_number
from tests.support.builders.packages import profile
from tests.support.builders.review import approved, declared
from tests.support.builders.reviewing import record_on
from tests.support.servers.browser import Browser
from tests.support.servers.served import Person, Served

MESSAGE = "Two seals could not be accounted for.\nSend the log."
NOTE = "Told by the terminal."


def page(name: str, language: Language = "fr", **ids: object) -> str:
    return addresses()[name].path(language, **ids)


@pytest.fixture
async def company(review: Served, noor: Person) -> UUID:
    """A member with a declared profile."""
    return await member(review, noor)


async def member(
    review: Served, officer: Person, name: str = "Boreal Drayage Ltd.", on: date = date(2026, 3, 9)
) -> UUID:
    company = uuid4()
    numbered = profile(legal_name=name, business_number=business_number())
    await review.consumes(company, declared().model_copy(update={"profile": numbered}))
    await review.consumes(company, approved(on))
    await officer.sees(f"/memberships/{company}", status="active", legal_name=name)
    return company


async def test_a_membership_is_suspended_after_a_look_ahead_and_reinstated(
    review: Served, noor: Person, company: UUID, officer: Browser
) -> None:
    shown = await officer.opens(page("member", company_id=company))
    assert record_on(shown).status == "AUTHORISED"

    # when nothing is filled in, or too little, nothing is shown ahead
    empty = await shown.look_ahead()
    assert (empty.status, len(empty.faults())) == (422, 2)

    # when it is filled in, the page shows what each would read, and nothing is done
    ahead = await shown.look_ahead(change="suspension", message=MESSAGE, note=NOTE)
    assert ahead.status == 200
    english, french = ahead.html.select(".readers__page")
    assert "Suspended membership" in english.get_text()
    assert "Adhésion suspendue" in french.get_text()
    assert all("Send the log." in side.get_text() and NOTE not in side.get_text() for side in (english, french))
    assert NOTE in ahead.text(".remark--in")
    foreseen = record_on(ahead)
    assert (foreseen.status, foreseen.identifiers.pip) == ("SUSPENDED", pip_id(str(company)))
    assert (await noor.does(f"GET /memberships/{company}"))["status"] == "active"

    # when it is confirmed, it is done once, and what was foreseen is what is published
    done = await ahead.send()
    assert "est suspendue." in done.text("[role=status]")
    await ahead.send()
    [published] = await review.publishes(MembershipSuspended, company)
    assert published.message == MESSAGE
    assert record_on(done) == foreseen
    history = (await officer.opens(page("member", company_id=company))).text("[aria-labelledby=happened]")
    assert history.index("Suspendue à compter du") < history.index("Adhésion à compter du 9 mars 2026")
    assert NOTE in history

    again = await done.send(change="reinstatement", message="Settled.")
    assert "est rétablie." in again.text("[role=status]")
    assert "form-act" not in again.filled()


async def test_what_is_typed_may_be_changed_after_the_look_ahead(company: UUID, officer: Browser) -> None:
    shown = await officer.opens(page("member", company_id=company))
    ahead = await shown.look_ahead(change="cancellation", message=MESSAGE)
    back = await ahead.send(**{"form-draft": "1"})
    assert back.path == page("member", company_id=company)
    filled = back.filled()
    assert (filled["message"], filled["change"]) == ([MESSAGE], ["cancellation"])
    cancelled = await back.send(note="Enough.")
    assert "est annulée." in cancelled.text("[role=status]")
    assert cancelled.html.select("main form") == []
    assert "a pris fin." in cancelled.text("[aria-labelledby=act]")


async def test_members_are_found_by_name_numbers_status_and_day(
    review: Served, noor: Person, ines: Person, officer: Browser
) -> None:
    due, later = await member(review, noor, "Évangéline Cartage Ltée", date(2020, 2, 3)), await member(review, noor)
    numbers = await noor.does(f"GET /memberships/{due}")
    await ines.does(f"POST /memberships/{later}/suspension", {"message": "Wait."})

    async def found(query: str) -> set[UUID]:
        listed = await officer.opens(f"{page('members')}?{query}")
        links = {str(link["href"]).rpartition("/")[2] for link in listed.html.select("tbody a")}
        return {each for each in (due, later) if str(each) in links}

    assert await found("") == {due, later}
    for sought in ("evangeline", numbers["business_number"], numbers["pip_id"].lower()):
        assert await found(f"find={sought}&status=&revalidation_due_by=") == {due}
    assert await found("status=suspended") == {later}
    assert await found("revalidation_due_by=2024-02-03") == {due}
    assert await found("find=nobody") == set()

    wrong = await officer.opens(f"{page('members')}?find=123456789&revalidation_due_by=soon")
    assert (wrong.status, len(wrong.faults())) == (422, 1)
    assert wrong.html.select_one("#find[value='123456789']")
    late = await officer.opens(f"{page('members', 'en')}?revalidation_due_by=soon")
    assert "Write the day as year, month and day" in late.text("#revalidation_due_by-error")


async def test_the_list_is_saved_as_a_file_with_harmless_cells(review: Served, noor: Person, officer: Browser) -> None:
    await member(review, noor, "=Cmd Haulage Inc.")
    listed = await officer.opens(f"{page('members', 'en')}?find=%3DCmd&status=active")
    saved = await listed.follow("a[href*=export]")
    heads, *rows = saved.answer.text.removeprefix("\ufeff").split("\r\n")
    assert saved.answer.headers["content-type"].startswith("text/csv")
    assert heads.startswith("Company,Business number,PIP number,Status,")
    assert [row.startswith("'=Cmd Haulage Inc.,") for row in rows if row] == [True]
    assert (await officer.opens(f"{page('members_export')}?revalidation_due_by=soon")).status == 422


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_page_is_whole_in_both_languages(company: UUID, officer: Browser, language: Language) -> None:
    shown = await officer.opens(page("member", language, company_id=company))
    ahead = await shown.look_ahead(change="suspension", message=MESSAGE)
    for whole in (await officer.opens(page("members", language)), shown, ahead):
        assert (whole.status, len(whole.html.select("h1"))) == (200, 1)
        assert whole.html.select_one(f"html[lang={language}-CA]")
        assert whole.html.select_one("nav [aria-current]")


async def test_who_may_not_decide_reads_who_may(review: Served, company: UUID) -> None:
    reader = review.browser("noor", "review_officer")
    shown = await reader.opens(page("member", company_id=company))
    assert "Seuls les agents de décision" in shown.text("[aria-labelledby=act]")
    assert shown.html.select("main form") == []
    sent = await reader.sends(str(shown.answer.url), {"change": ["suspension"], "message": ["No."]})
    assert sent.status == 403


async def test_only_who_may_recover_ownership_is_led_there(review: Served, company: UUID, officer: Browser) -> None:
    recovery = f"a[href='{page('recovery_of', company_id=company)}']"
    readers = (officer, review.browser("noor", "review_officer"))
    led = [len((await reader.opens(page("member", company_id=company))).html.select(recovery)) for reader in readers]
    assert led == [1, 0]


async def test_nobody_sees_or_changes_the_membership_of_the_own_company(
    review: Served, company: UUID, noor: Person, ines: Person, officer: Browser
) -> None:
    shown = await officer.opens(page("member", company_id=company))
    await review.introduces(company, ines.urn)
    assert (await shown.send(change="suspension", message=MESSAGE)).status == 403
    assert (await noor.does(f"GET /memberships/{company}"))["status"] == "active"
    assert (await officer.opens(page("member", company_id=company))).status == 403
    assert (await officer.opens(page("member", company_id=uuid4()))).status == 404
    assert (await review.browser("maude", "trader").opens(page("members"))).status == 403
