"""The id of an application, from company and number alone, so that the company leads to it (programme 1.1)."""

from uuid import UUID, uuid5


def application_id(company_id: UUID, number: int) -> UUID:
    """Of a company's first, second, ... application."""
    return uuid5(company_id, f"application/{number}")
