"""Review as it runs: what officers see of cases and memberships, and who may see it."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from shared.contracts.pip_id import pip_id
from tests.support.builders.applicant import business_number, reference
from tests.support.builders.packages import profile
from tests.support.builders.review import PACKAGE, approved, declared, left, small_package, withdrawn
from tests.support.builders.reviewing import opened
from tests.support.servers.served import INTAKE_URL, Person, Served, application_of

FELIX, IRIS = reference("felix"), reference("iris")
OFFICERS = {"review_officer", "decision_officer", "site_officer", "risk_officer"}


async def test_an_officer_reads_the_package_and_where_its_documents_are(review: Served, noor: Person) -> None:
    company = uuid4()
    read = await noor.does(f"GET {await opened(review, noor, company)}")
    assert (read["company_id"], read["legal_name"], read["assignee"]) == (str(company), "Boreal Drayage Ltd.", noor.urn)
    assert {requirement["id"] for requirement in read["requirements"]} == {
        answer["requirement_id"] for answer in read["answers_to_judge"]
    }
    assert {document["link"] for document in read["documents"]} == {
        f"{INTAKE_URL}/documents/{document.document_id}" for document in PACKAGE.documents
    }


async def test_the_etag_begins_as_the_one_that_a_command_answered(review: Served, noor: Person) -> None:
    """What is read goes on with a digest, for it depends on language and day too; a command is judged by the first."""
    case = await opened(review, noor, uuid4(), FELIX)
    answer = await noor.asks(f"PUT {case}/assignment", {"officer": noor.urn})
    assert answer.headers["etag"] == f'"{answer.json()["sequence"]}"'
    read = await noor.asks(f"GET {case}")
    assert read.headers["etag"].startswith(answer.headers["etag"].rstrip('"') + "-")
    assert (await noor.asks(f"GET {case}", headers={"If-None-Match": read.headers["etag"]})).status_code == 304


# --- the queue ------------------------------------------------------------------------------------


async def test_the_queue_is_read_oldest_submission_first_page_by_page(review: Served, noor: Person) -> None:
    companies = [uuid4() for _ in range(5)]
    for day, company in zip((3, 1, 5, 2, 4), companies, strict=True):
        await opened(review, noor, company, FELIX, submitted_at=datetime(2026, 1, day, 15, tzinfo=UTC))

    whole = await noor.pages(f"/cases?assignee={FELIX}", "cases")
    assert [row["company_id"] for row in whole] == [str(companies[number]) for number in (1, 3, 0, 4, 2)]
    assert await noor.refused("GET /cases?after=me") == "422 malformed"


async def test_the_queue_is_filtered(review: Served, noor: Person) -> None:
    importer, taken = uuid4(), uuid4()
    await opened(review, noor, taken, IRIS)
    await review.consumes(importer, small_package(profile=profile(lines_of_business=("importer", "exporter"))))
    await noor.sees(f"/cases/{application_of(importer)}", status="under_review")
    await review.consumes(taken, withdrawn())
    await noor.sees(f"/cases/{application_of(taken)}", status="withdrawn")

    async def found(query: str) -> set[str]:
        return {row["company_id"] for row in await noor.pages(f"/cases?{query}", "cases")} & {str(importer), str(taken)}

    assert await found("limit=50") == {str(importer), str(taken)}
    assert await found("status=withdrawn") == await found(f"assignee={IRIS}") == {str(taken)}
    assert await found("unassigned=true") == await found("line_of_business=importer") == {str(importer)}
    assert await found("status=withdrawn&unassigned=true") == await found(f"assignee={reference()}") == set()


async def test_what_is_overdue_is_found_in_queue_and_case(review: Served, noor: Person) -> None:
    """The timer finds the last days of the service standard and of the answer in the past, and notes both."""
    missed, returned = uuid4(), uuid4()
    await opened(review, noor, missed, submitted_at=datetime(2020, 1, 6, 15, tzinfo=UTC))
    await noor.sees(f"/cases/{application_of(missed)}", standard_missed=True)
    case = await opened(review, noor, returned)
    await noor.does(f"POST {case}/questions", {"text": "Who holds the keys?"})
    await noor.does(f"POST {case}/return", {})
    await noor.sees(case, answer_overdue=False, standard_missed=False)

    async def found(query: str) -> set[str]:
        return {row["company_id"] for row in await noor.pages(f"/cases?{query}", "cases")} & {
            str(missed),
            str(returned),
        }

    assert await found("standard_missed=true") == {str(missed)}
    assert await found("standard_missed=false") == {str(returned)}
    assert await found("answer_overdue=true") == set()
    assert await found("answer_overdue=false&status=returned") == {str(returned)}


async def test_cases_and_memberships_are_found_by_name_and_numbers(review: Served, noor: Person) -> None:
    company = uuid4()
    numbered = profile(legal_name="Évangéline Cartage Ltée", business_number=business_number())
    await review.consumes(company, small_package(profile=numbered))
    await review.consumes(company, declared().model_copy(update={"profile": numbered}))
    await review.consumes(company, approved())
    await noor.sees(f"/cases/{application_of(company)}", status="under_review")
    await noor.sees(f"/memberships/{company}", legal_name="Évangéline Cartage Ltée")

    for path, rows in (("/cases", "cases"), ("/memberships", "memberships")):
        for query in (
            "name=evangeline c",
            "name=ÉVANG",
            "name=Evangeline-C",
            "name=\u201cevangeline\u201d\u00a0cartage",
            "name=E'vangeline",
            "name=E\u2019vangeline",
            f"business_number={numbered.business_number}",
            f"pip_id={pip_id(str(company))}",
        ):
            assert [row["company_id"] for row in await noor.pages(f"{path}?{query}", rows)] == [str(company)]
        for query in (
            "name=vangeline",
            "name=.*x",
            f"business_number={business_number()}",
            f"pip_id={pip_id(str(uuid4()))}",
        ):
            assert await noor.pages(f"{path}?{query}", rows) == []


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "status=absent", "company=me", "business_number=12", "line_of_business=pirate"]
)
async def test_a_queue_that_cannot_be_asked_for(noor: Person, query: str) -> None:
    assert (await noor.asks(f"GET /cases?{query}")).status_code == 422


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("name='", "name_not_searchable"),
        ("name=%E2%80%8B", "name_not_searchable"),
        ("name=A%00", "characters_not_allowed"),
        ("assignee=banana", "reference_number_invalid"),
        ("business_number=000000000", "business_number_invalid"),
    ],
)
async def test_a_search_for_what_nothing_can_be_is_refused(noor: Person, query: str, code: str) -> None:
    assert await noor.refused(f"GET /cases?{query}") == f"422 {code}"


# --- memberships ----------------------------------------------------------------------------------


async def test_memberships_are_listed_by_the_day_of_their_revalidation(review: Served, noor: Person) -> None:
    companies = {year: uuid4() for year in (2031, 2029, 2030)}
    for year, company in companies.items():
        await review.consumes(company, approved(date(year - 4, 3, 9)))
    await review.consumes(companies[2031], left())
    await noor.sees(f"/memberships/{companies[2031]}", status="withdrawn")
    for year in (2029, 2030):
        await noor.sees(f"/memberships/{companies[year]}", status="active")

    async def found(query: str) -> list[int]:
        years = {str(company): year for year, company in companies.items()}
        listed = await noor.pages(f"/memberships?{query}", "memberships")
        return [years[row["company_id"]] for row in listed if row["company_id"] in years]

    assert await found("limit=50") == [2029, 2030, 2031]
    assert await found("status=active") == await found("revalidation_due_by=2031-03-09") == [2029, 2030]
    assert await found("revalidation_due_by=2030-03-08") == [2029]
    assert await found("status=withdrawn") == await found("status=withdrawn&revalidation_due_by=2031-03-09") == [2031]
    assert await noor.refused("GET /memberships?after=me") == "422 malformed"


# --- who ------------------------------------------------------------------------------------------


async def test_who_is_admitted(review: Served) -> None:
    assert await review.admits() == {
        "GET /cases": OFFICERS,
        "GET /cases/{application_id}": OFFICERS,
        "PUT /cases/{application_id}/assignment": {"review_officer"},
        "PUT /cases/{application_id}/judgements/{division_id}/{requirement_id}": {"review_officer"},
        "PUT /cases/{application_id}/documents/{document_id}/judgement": {"review_officer"},
        "POST /cases/{application_id}/questions": {"review_officer"},
        "DELETE /cases/{application_id}/questions/{question_id}": {"review_officer"},
        "POST /cases/{application_id}/return": {"review_officer"},
        "PUT /cases/{application_id}/pause": {"review_officer"},
        "DELETE /cases/{application_id}/pause": {"review_officer"},
        "POST /cases/{application_id}/conclusion": {"review_officer"},
        "POST /cases/{application_id}/approval": {"decision_officer"},
        "POST /cases/{application_id}/denial": {"decision_officer"},
        "GET /memberships": OFFICERS,
        "GET /memberships/{company_id}": OFFICERS,
        "POST /memberships/{company_id}/suspension": {"decision_officer"},
        "POST /memberships/{company_id}/reinstatement": {"decision_officer"},
        "POST /memberships/{company_id}/cancellation": {"decision_officer"},
    }


async def test_people_of_a_company_read_nothing_that_officers_write(review: Served, noor: Person) -> None:
    case = await opened(review, noor, uuid4())
    for request in ("GET /cases", f"GET {case}", "GET /memberships", f"GET /memberships/{uuid4()}"):
        assert await review.person("maude").refused(request) == "403 role_not_allowed"
        assert await review.nobody.refused(request) == "401 unauthorised"
