"""A company's profile, as review keeps it of a package and of a declaration."""

from shared.contracts.types import Address, BusinessNumber, CarrierCode, Country, Language, LineOfBusiness, Name, YesNo
from shared.model import Model


class Contact(Model):
    """Whom an officer writes to or calls."""

    name: Name
    title: Name
    email: str
    phone: str


class Profile(Model):
    """The company as it describes itself."""

    legal_name: Name
    operating_name: Name | None = None
    business_number: BusinessNumber
    carrier_code: CarrierCode | None = None
    courier: YesNo = False
    address: Address
    headquarters_country: Country
    lines_of_business: tuple[LineOfBusiness, ...]
    language: Language
    contact: Contact
