"""From the whole package to its submission, what officers ask about it, and what then has changed: without script."""

import pytest

from shared.contracts.intake import ApplicationSubmitted
from shared.i18n import Language
from shared.pages.addresses import addresses
from tests.support.builders.applicant import CATALOGUE, Applicant, completed, joined, registered, submitted
from tests.support.builders.review_messages import QUESTION, approved, membership, progressed, returned
from tests.support.servers.browser import Browser, Shown
from tests.support.servers.bus import until
from tests.support.servers.served import Served, application_of

REPLY = "La présidente, le 4 mars.\nVoir le document joint."


def page(company: Applicant, name: str, language: Language = "fr", **ids: object) -> str:
    return addresses()[name].path(language, company_id=company.id, **ids)


async def shows(browser: Browser, path: str, text: str) -> Shown:
    """The page, once this stands on it."""
    found: list[Shown] = []

    async def so() -> bool:
        found[:] = [await browser.opens(path)]
        return text in found[0].text()

    await until(so)
    return found[0]


async def test_what_is_missing_leads_to_its_field_as_it_does_on_the_overview(intake: Served) -> None:
    company = await registered(intake)
    owner = intake.browser_of(company.owner)
    links = "section[aria-labelledby=missing] a"
    shown, overview = await owner.opens(page(company, "submit")), await owner.opens(page(company, "overview"))
    assert [link["href"] for link in shown.html.select(links)] == [link["href"] for link in overview.html.select(links)]
    assert (await shown.follow(links)).path == page(company, "contact")


async def test_an_owner_reads_the_whole_package_and_submits_it_in_french(intake: Served) -> None:
    company = await completed(intake)
    owner = intake.browser_of(company.owner)
    whole = await owner.opens(page(company, "submit"))
    given = await company.owner.does(f"GET {company.path}")
    answers = [answer["text"] for division in given["divisions"] for answer in division["answers"]]
    files = [document["name"] for document in given["documents"]]
    assert [text for text in (*answers, *files) if text not in whole.text()] == []

    # given nothing is signed, all that is missing is named at once
    unsigned = await whole.send(attestation__name="", attestation__title="")
    assert (unsigned.status, len(unsigned.faults())) == (422, 3)

    # given a signature without the attestation, what was typed stays and nothing is submitted
    unattested = await whole.send(attestation__name="Maude Roy", attestation__title="Directrice des opérations")
    assert (unattested.status, len(unattested.faults())) == (409, 1)
    assert unattested.filled()["attestation.title"] == ["Directrice des opérations"]
    done = await unattested.send(attests_truth="true")
    assert (done.status, done.path) == (200, page(company, "submitted"))
    assert str(application_of(company.id)) in done.text(".confirmation")
    [package] = await intake.publishes(ApplicationSubmitted, company.id)
    signed = package.attestation
    assert (signed.name, signed.title, signed.language) == ("Maude Roy", "Directrice des opérations", "fr")

    # when the officers have it, the page no longer waits; and there is nothing to submit
    received = await shows(owner, page(company, "submitted"), "Signée par Maude Roy, Directrice des opérations")
    assert "La file des agents" in received.text()
    await intake.consumes(company.id, progressed("under_review"))
    await shows(owner, page(company, "submitted"), "Son examen a commencé.")
    assert (await owner.opens(page(company, "submit"))).html.select("main form") == []


async def test_a_question_is_answered_and_what_has_changed_is_shown(intake: Served) -> None:
    company = await submitted(intake)
    owner = intake.browser_of(company.owner)
    await intake.consumes(company.id, returned())
    asked = await shows(owner, page(company, "questions"), "Who signed the statement?")
    assert "2 mars 2026" in asked.text()
    empty = await (await owner.opens(page(company, "reply", question_id=QUESTION))).send(text=" ")
    assert empty.status == 422
    assert [fault.rpartition(": ")[2] for fault in empty.faults()] == ["Remplissez ce champ."]
    chosen = (await company.owner.does(f"GET {company.path}"))["documents"][0]["document_id"]
    replied = await empty.send(text=REPLY, documents=chosen)
    assert replied.path == page(company, "questions")
    assert "Chaque question a une réponse" in replied.text()
    kept = await owner.opens(page(company, "reply", question_id=QUESTION))
    assert (kept.filled()["text"], kept.filled()["documents"]) == ([REPLY], ["", chosen])

    signing = await owner.opens(page(company, "submit"))
    assert "Who signed the statement?" in signing.text("[aria-labelledby=replies]")
    await signing.send(attestation__title="Directrice", attests_truth="true")
    both = await shows(owner, page(company, "submissions"), "soumission 2")
    link = next(link for link in both.html.select(".files a") if "Ce qui a changé" in link.text)
    compared = await owner.opens(str(link["href"]))
    assert compared.text("caption") == "Réponses aux agents"
    assert "La présidente, le 4 mars." in compared.text("ins")
    assert compared.html.select("del") == []
    application = application_of(company.id)
    ids = {"application_id": application, "submission": 1, "earlier_id": application, "earlier": 2}
    backwards = await owner.opens(page(company, "comparison", "fr", **ids))
    assert (backwards.html.select("ins"), "La présidente" in backwards.text("del")) == ([], True)


@pytest.fixture(scope="module")
async def applicant(intake: Served) -> Applicant:
    """One whose application is under review."""
    company = await submitted(intake)
    await shows(intake.browser_of(company.owner), page(company, "submissions"), "soumission 1")
    return company


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "name", ["submit", "submitted", "submissions", "submission", "comparison", "questions", "withdraw", "leave"]
)
async def test_every_page_is_whole_in_both_languages(
    intake: Served, applicant: Applicant, name: str, language: Language
) -> None:
    which = {"application_id": application_of(applicant.id), "earlier_id": application_of(applicant.id)}
    shown = await intake.browser_of(applicant.owner).opens(
        page(applicant, name, language, **which, submission=1, earlier=1)
    )
    assert (shown.status, len(shown.html.select("h1"))) == (200, 1)
    assert shown.html.select_one(f"html[lang={language}-CA]")
    assert shown.html.select_one("nav [aria-current]")


async def test_a_package_is_read_as_it_was_submitted_whatever_has_changed_since(
    intake: Served, applicant: Applicant
) -> None:
    changed = {**applicant.profile, "operating_name": "Boreal Nord"}
    await applicant.owner.does(f"PUT {applicant.path}/profile", changed)
    shown = await intake.browser_of(applicant.owner).opens(
        page(applicant, "submission", application_id=application_of(applicant.id), submission=1)
    )
    assert applicant.profile["operating_name"] in shown.text("[aria-labelledby=company]")
    assert "Boreal Nord" not in shown.text()


async def test_what_was_never_submitted_is_not_found(intake: Served, applicant: Applicant) -> None:
    owner, application = intake.browser_of(applicant.owner), application_of(applicant.id)
    never = await owner.opens(page(applicant, "submission", application_id=application, submission=2))
    foreign = await owner.opens(page(applicant, "submission", application_id=applicant.id, submission=1))
    stranger = await intake.browser("zoe").opens(
        page(applicant, "submission", application_id=application, submission=1)
    )
    assert [shown.status for shown in (never, foreign, stranger)] == [404] * 3


async def test_before_it_is_complete_the_page_names_what_is_missing(intake: Served) -> None:
    company = await registered(intake)
    owner = intake.browser_of(company.owner)
    shown = await owner.opens(page(company, "submit"))
    assert (shown.status, shown.html.select("main form")) == (200, [])
    assert CATALOGUE.labels.sections["security_profile"].fr in shown.text(".lacks")
    assert (await owner.opens(page(company, "submitted"))).status == 404
    assert "encore été soumis" in (await owner.opens(page(company, "submissions"))).text()


async def test_others_read_the_package_and_who_may_submit_it(intake: Served) -> None:
    company = await completed(intake)
    proxy = await joined(intake, company, "proxy_account_owner")
    shown = await intake.browser_of(proxy).opens(page(company, "submit"))
    assert shown.html.select("main form") == []
    assert "Seul le propriétaire du compte peut signer et soumettre la demande." in shown.text()
    assert company.profile["legal_name"] in shown.text()


async def test_an_application_is_withdrawn_once_it_is_confirmed(intake: Served) -> None:
    company = await submitted(intake)
    reader = await joined(intake, company, "read_only_user")
    only_read = await intake.browser_of(reader).opens(page(company, "withdraw"))
    assert only_read.html.select("main form") == []
    owner = intake.browser_of(company.owner)
    asked = await (await owner.opens(page(company, "withdraw"))).send()
    assert "Les agents sont avisés que vous retirez la demande." in asked.text()
    await company.owner.sees(f"{company.path}/dashboard", status="withdrawing")


async def test_a_member_leaves_the_programme(intake: Served) -> None:
    company = await submitted(intake)
    await intake.consumes(company.id, approved())
    await intake.consumes(company.id, membership("active"))
    owner = intake.browser_of(company.owner)
    confirming = await shows(owner, page(company, "leave"), "Oui, quitter le programme")
    left = await confirming.send()
    assert "Les agents sont avisés que vous quittez le programme." in left.text()
    assert (await company.owner.does(f"GET {company.path}/dashboard"))["membership"]["leaving_since"]


async def test_a_reply_typed_in_two_windows_is_shown_twice_before_one_is_lost(intake: Served) -> None:
    company = await submitted(intake)
    await intake.consumes(company.id, returned())
    await company.owner.sees(f"{company.path}/dashboard", status="returned")
    owner, colleague = intake.browser_of(company.owner), await joined(intake, company, "full_access_user")
    opened = await owner.opens(page(company, "reply", question_id=QUESTION))
    await company.owner.sees(f"{company.path}/dashboard", status="returned")
    other = await intake.browser_of(colleague).opens(page(company, "reply", question_id=QUESTION))
    await other.send(text="The vice-president did.")
    crossed = await opened.send(text="The president did.")
    assert (crossed.status, crossed.filled()["text"]) == (409, ["The president did."])
    assert "The vice-president did." in crossed.text()
    settled = await crossed.send(text="The president did.")
    assert settled.path == page(company, "questions")
