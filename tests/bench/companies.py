"""Companies that lack nothing to submit, prepared over HTTP as the demonstration prepares its first one."""

from stdnum import luhn

from deploy.demo.cast import Cast
from deploy.demo.company import Company
from deploy.demo.lives import lives
from shared.model import Json

ADMINISTRATION = "US"


async def prepared(cast: Cast, catalogue: Json, number: int) -> Company:
    """A company that lacks nothing to submit, and consents to inform one administration."""
    own = {"legal_name": f"Cartage {number} Ltd.", "business_number": business_number(number)}
    owner, proxy, full = (cast.trader(f"{role} {number}") for role in ("Owner", "Proxy", "Full"))
    company = await Company.registered(lives()[0].firm.model_copy(update=own), owner)
    await company.add_people(proxy, full)
    await company.answer_about_itself(catalogue)
    await company.add_divisions(catalogue, await company.upload_documents(catalogue))
    await company.consent(ADMINISTRATION, (await company.consents())["text"]["version"])
    return company


def business_number(number: int) -> str:
    """One of a range that is not issued."""
    digits = f"9{number:07}"
    return f"{digits}{luhn.calc_check_digit(digits)}"
