"""Review as it runs: what officers see of cases and memberships, and who may see it."""

from uuid import UUID, uuid4

import pytest

from tests.support.app import INTAKE_URL, Person, Served, application_of
from tests.support.samples_review import PACKAGE, withdrawn

OFFICERS = {"review_officer", "decision_officer", "site_officer", "risk_officer"}


@pytest.fixture(scope="module")
def noor(review: Served) -> Person:
    return review.person("noor", "review_officer")


async def opened(review: Served, noor: Person, company: UUID, assignee: str) -> str:
    """The address of a case that has arrived over the bus and is the assignee's."""
    case = f"/cases/{application_of(company)}"
    await review.hears(company, PACKAGE)
    await noor.sees(case, status="under_review", assignee=None)
    await noor.does(f"PUT {case}/assignment", {"officer": assignee})
    return case


async def test_an_officer_reads_the_package_and_where_its_documents_are(review: Served, noor: Person) -> None:
    company = uuid4()
    read = await noor.does(f"GET {await opened(review, noor, company, noor.urn)}")
    assert (read["company_id"], read["legal_name"], read["assignee"]) == (str(company), "Boreal Drayage Ltd.", noor.urn)
    assert {requirement["id"] for requirement in read["requirements"]} == {one["requirement_id"] for one in read["answers_to_judge"]}
    assert {document["link"] for document in read["documents"]} == {
        f"{INTAKE_URL}/documents/{document.document_id}" for document in PACKAGE.documents
    }


async def test_the_etag_is_what_a_command_answered(review: Served, noor: Person) -> None:
    case = await opened(review, noor, uuid4(), "felix")
    answer = await noor.asks(f"PUT {case}/assignment", {"officer": "noor"})
    assert answer.headers["etag"] == f'"{answer.json()["sequence"]}"' == (await noor.asks(f"GET {case}")).headers["etag"]


async def test_the_queue_is_read_by_status_and_assignee_page_by_page(review: Served, noor: Person) -> None:
    companies = [uuid4() for _ in range(5)]
    for company in companies:
        await opened(review, noor, company, "felix of the queue")
    await review.hears(companies[0], withdrawn())
    await noor.sees(f"/cases/{application_of(companies[0])}", status="withdrawn")

    whole = await noor.pages("/cases?assignee=felix of the queue", "cases")
    assert [row["application_id"] for row in whole] == sorted(str(application_of(company)) for company in companies)
    open_ = await noor.pages("/cases?assignee=felix of the queue&status=under_review", "cases")
    assert open_ == [row for row in whole if row["status"] == "under_review"]
    assert {row["company_id"] for row in whole} - {row["company_id"] for row in open_} == {str(companies[0])}
    assert await noor.pages("/cases?assignee=nobody", "cases") == []
    assert {row["status"] for row in await noor.pages("/cases?", "cases")} == {"under_review", "withdrawn"}


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "status=absent", "after=me", "company=me"])
async def test_a_queue_that_cannot_be_asked_for(noor: Person, query: str) -> None:
    assert await noor.refused(f"GET /cases?{query}") == "422 malformed"


async def test_who_is_admitted(review: Served) -> None:
    assert await review.admits() == {
        "GET /cases": OFFICERS,
        "GET /cases/{application_id}": OFFICERS,
        "PUT /cases/{application_id}/assignment": {"review_officer"},
        "PUT /cases/{application_id}/judgements/{division_id}/{requirement_id}": {"review_officer"},
        "PUT /cases/{application_id}/documents/{document_id}/judgement": {"review_officer"},
        "POST /cases/{application_id}/conclusion": {"review_officer"},
        "POST /cases/{application_id}/approval": {"decision_officer"},
        "GET /memberships/{company_id}": OFFICERS,
        "POST /memberships/{company_id}/suspension": {"decision_officer"},
        "POST /memberships/{company_id}/reinstatement": {"decision_officer"},
        "POST /memberships/{company_id}/cancellation": {"decision_officer"},
    }


async def test_people_of_a_company_read_nothing_that_officers_write(review: Served, noor: Person) -> None:
    case = await opened(review, noor, uuid4(), noor.urn)
    for request in ("GET /cases", f"GET {case}", f"GET /memberships/{uuid4()}"):
        assert await review.person("maude").refused(request) == "403 role_not_allowed"
        assert await review.nobody.refused(request) == "401 unauthorised"
