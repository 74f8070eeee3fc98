"""The id of an application, made from company and number alone (programme 1.1)."""

from uuid import UUID, uuid5


def application_id(company_id: UUID, number: int) -> UUID:
    """The id of a company's first, second, ... application."""
    return uuid5(company_id, f"application/{number}")
