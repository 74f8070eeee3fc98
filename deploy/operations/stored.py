"""What a deployment stores: its five databases, and every collection that a service keeps in its own."""

from deploy.local.deployment import database_of
from services import intake, mra_exchange, review, risk, site_validation

OWNS = {
    "intake": intake.OWNS,
    "review": review.OWNS,
    "risk": risk.OWNS,
    "site_validation": site_validation.OWNS,
    "mra_exchange": mra_exchange.OWNS,
}
JOURNAL = "journal"
DRAFTS = "drafts"
OF_EVERY_SERVICE = (JOURNAL, "parked", "parked_records", "acts", DRAFTS)
OF_UPLOADS = ("files.files", "files.chunks")
ATTEMPTS = "attempts"  # the one collection from which the database removes what is over


def collections_of(service: str) -> frozenset[str]:
    """The names of all collections that this service may have."""
    return frozenset((*OWNS[service], *OF_EVERY_SERVICE, *((*OF_UPLOADS, ATTEMPTS) if service == "intake" else ())))


def databases() -> dict[str, frozenset[str]]:
    """The collections of each database, by its name."""
    return {database_of(service): collections_of(service) for service in OWNS}
