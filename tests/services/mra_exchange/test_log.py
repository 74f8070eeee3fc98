"""The company's log, from a real journal: each message to a partner, in both languages, and nothing merely noted."""

from dataclasses import dataclass

import pytest

from services.mra_exchange.catalogue import log_texts
from services.mra_exchange.domain.disclosure import SOURCE, DisclosureCommand, decider
from services.mra_exchange.views.log import Log, LogCatalogue, LogFilter, log
from services.mra_exchange.views.members import Disclosures
from shared.contracts.mra_exchange import PartnerRecord
from shared.handling import Aggregate, Causation, begin, decided
from shared.model import Json
from shared.relays import Relays
from shared.store.changes import Document
from shared.store.client import Database
from shared.store.documents import Documents
from shared.store.journal import Journal
from tests.support.builders.mra_exchange import CATALOGUE, COMPANY, after, consent, consents, membership, profile, tick

LOG_CATALOGUE = LogCatalogue(
    names={administration.code: administration.name for administration in CATALOGUE.administrations},
    labels=CATALOGUE.labels,
    texts=log_texts(),
)
MEMBER = (profile(0), consents(1, consent("US", 1)), membership(2))
LIFE = (*MEMBER, consents(5), tick(6))


@dataclass(frozen=True)
class Kept:
    """A journal, and what the company reads of it."""

    disclosures: Disclosures
    journal: Journal

    async def disclosure_after(self, *commands: DisclosureCommand) -> None:
        """Journals what these commands lead to, as the relay does before anything leaves."""
        work = begin(self.disclosures.decider, Document(str(COMPANY)))
        for command in commands:
            work = decided(self.disclosures.decider, work, command, Causation("test", "test"))
        await self.journal.append([at(entry["sequence"]) | entry for entry in work.entries])

    async def read(self, limit: int = 100, after: int | None = None) -> Log:
        return await log(self.disclosures, self.journal, COMPANY, LogFilter(limit=limit, after=after), LOG_CATALOGUE)


def at(sequence: int) -> Json:
    """Where a fact of the company stands in the journal."""
    return {"source": SOURCE, "subject": str(COMPANY), "sequence": sequence}


@pytest.fixture
async def kept(database: Database) -> Kept:
    journal = Journal(database)
    await journal.prepare()
    return Kept(Aggregate(decider(CATALOGUE), Documents(database, "disclosures"), Relays()), journal)


async def test_the_log_shows_what_was_disclosed_to_whom_when_why_and_under_which_consent(kept: Kept) -> None:
    await kept.disclosure_after(*LIFE)
    sealed, stopped, shared = (await kept.read()).entries
    assert (shared.administration, shared.n, shared.at, shared.kind, shared.cause) == (
        "US",
        1,
        after(2),
        "record_shared",
        "activated",
    )
    assert shared.consent_id == consent("US", 1).consent_id
    assert shared.record is not None
    assert (shared.record.name, shared.record.status) == ("Boreal Drayage Ltd.", "AUTHORISED")
    assert (stopped.n, stopped.kind, stopped.cause, stopped.record) == (2, "sharing_stopped", "consent_withdrawn", None)
    assert (sealed.n, sealed.kind, sealed.cause) == (2, "sharing_sealed", None)


async def test_the_log_speaks_both_languages(kept: Kept) -> None:
    await kept.disclosure_after(*LIFE)
    page = await kept.read()
    _, stopped, shared = page.entries
    assert (shared.text.en, shared.text.fr) == ("Record shared", "Fiche communiquée")
    assert shared.status_text is not None
    assert (shared.status_text.en, shared.status_text.fr) == ("Authorized", "Autorisé")
    assert stopped.cause_text is not None
    assert stopped.cause_text.en == "The company withdrew its consent."
    assert stopped.cause_text.fr.endswith("a retiré son consentement.")
    assert shared.administration_name == LOG_CATALOGUE.names["US"]
    assert page.elements.keys() == PartnerRecord.model_fields.keys()


async def test_what_was_replaced_before_it_was_delivered_is_marked(kept: Kept) -> None:
    await kept.disclosure_after(*LIFE)
    *_, first = (await kept.read()).entries
    await kept.journal.supersede([at(first.sequence)])
    sealed, stopped, shared = (await kept.read()).entries
    assert shared.superseded is not None
    assert shared.superseded.en == "Replaced before delivery was confirmed; the administration may have seen it"
    assert shared.superseded.fr.startswith("Remplacée avant que la remise soit confirmée")
    assert (stopped.superseded, sealed.superseded) == (None, None)


async def test_the_log_is_read_page_by_page_the_newest_first(kept: Kept) -> None:
    await kept.disclosure_after(*LIFE)
    first = await kept.read(limit=2)
    second = await kept.read(limit=2, after=first.next)
    assert (*first.entries, *second.entries) == (await kept.read()).entries
    assert [entry.n for entry in (*first.entries, *second.entries)] == [2, 2, 1]
    assert second.next is None


async def test_a_page_of_a_long_log_reads_the_page_alone(kept: Kept, database: Database) -> None:
    news = (membership(hours, "suspended" if hours % 2 else "active") for hours in range(3, 53))
    await kept.disclosure_after(*MEMBER, *news)
    await database.command("profile", 2)
    page = await kept.read(limit=5, after=(await kept.read(limit=20)).next)
    await database.command("profile", 0)
    assert [entry.n for entry in page.entries] == [31, 30, 29, 28, 27]
    reads = await database["system.profile"].find({"op": "query", "ns": f"{database.name}.journal"}).to_list(None)
    assert {(read["planSummary"].split()[0], read.get("hasSortStage", False)) for read in reads} == {("IXSCAN", False)}
    assert max(read["docsExamined"] for read in reads[2:]) <= 10
