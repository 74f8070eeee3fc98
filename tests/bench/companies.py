"""Companies on their way to a submission: prepared over HTTP as the demonstration prepares its first one, or copied."""

from uuid import UUID, uuid5

from bson.json_util import dumps, loads
from stdnum import luhn

from deploy.demo.cast import Cast
from deploy.demo.company import Company
from deploy.demo.lives import Firm, lives
from deploy.local.deployment import Deployment, database_of
from shared.model import Json
from shared.store.client import connect
from tests.support.builders.applicant import site

ADMINISTRATION = "US"
WRITTEN_AT_ONCE = 250


async def prepared(cast: Cast, catalogue: Json, number: int, divisions: int = 2) -> Company:
    """A company that lacks nothing to submit, and consents to inform one administration."""
    owner, proxy, full = (cast.trader(f"{role} {number}") for role in ("Owner", "Proxy", "Full"))
    company = await Company.registered(_firm(number, divisions), owner)
    await company.add_people(proxy, full)
    await company.answer_about_itself(catalogue)
    await company.add_divisions(catalogue, await company.upload_documents(catalogue))
    await company.consent(ADMINISTRATION, (await company.consents())["text"]["version"])
    return company


async def begun(cast: Cast, catalogue: Json, number: int, divisions: int) -> Company:
    """A company whose divisions have not answered anything yet."""
    company = await Company.registered(_firm(number, divisions), cast.trader(f"Owner {number}"))
    await company.answer_about_itself(catalogue)
    for name in company.firm.divisions:
        await company.owner.post("intake", f"{company.path}/divisions", site(name=name))
    return company


async def copies(deployment: Deployment, template: Company, numbers: range) -> list[Company]:
    """Companies like this one, of the same owner, whose ids, documents' ids and business numbers are their own."""
    database = connect(deployment.mongo_url, database_of("intake"))
    original = await database["companies"].find_one({"_id": template.id}) or {}
    documents = [each["document"]["document_id"] for each in original["state"]["documents"]]
    whole = dumps(original)
    made = [Company(template.firm, template.owner, str(uuid5(UUID(template.id), str(number)))) for number in numbers]
    for first in range(0, len(made), WRITTEN_AT_ONCE):
        written: list[Json] = []
        for number, company in zip(numbers[first:], made[first : first + WRITTEN_AT_ONCE], strict=False):
            names = {template.id: company.id, template.firm.business_number: business_number(number)}
            names |= {document: str(uuid5(UUID(company.id), document)) for document in documents}
            copy = whole
            for name, own in names.items():
                copy = copy.replace(name, own)
            written.append(loads(copy))
        await database["companies"].insert_many(written)
    database.client.close()
    return made


def business_number(number: int) -> str:
    """One of a range that is not issued."""
    digits = f"9{number:07}"
    return f"{digits}{luhn.calc_check_digit(digits)}"


def _firm(number: int, divisions: int) -> Firm:
    names = tuple(f"Yard {yard}" for yard in range(1, divisions + 1))
    own = {"legal_name": f"Cartage {number} Ltd.", "business_number": business_number(number), "divisions": names}
    return lives()[0].firm.model_copy(update=own)
