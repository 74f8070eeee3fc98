"""One authorised request: who calls, in which role, with which headers."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import Request as HttpRequest
from fastapi import Response as HttpResponse

from shared.decider import Actor, C, F, S
from shared.errors import Unavailable
from shared.handling import Aggregate, Causation, Receipt, RepeatedReceipt
from shared.http.envelope import CommandHeaders
from shared.http.etags import tag_of
from shared.http.identity import Caller
from shared.http.language import language_of
from shared.http.prefix import path_within
from shared.http.state import ServiceState
from shared.i18n import Language
from shared.store.audit import AuditEntry
from shared.telemetry import spanning


@dataclass(frozen=True)
class Call:
    """One authorised request: when, by whom, and with which headers of a command.

    `form`: of what a page has sent, the digest of the command that it became; its bytes are never the same twice.
    """

    at: datetime
    actor: Actor
    caller: Caller
    headers: CommandHeaders
    http: HttpRequest
    response: HttpResponse
    form: str | None = None

    @property
    def language(self) -> Language:
        return language_of(self.http)

    def sent_by_form(self, key: str, digest: str) -> Self:
        """The same call, as the command of a form under the key that the page was rendered with."""
        return replace(self, headers=replace(self.headers, idempotency_key=key, keyed=True), form=digest)

    def expecting(self, sequence: int) -> Self:
        """The same call, as a command to an aggregate that must still have this sequence."""
        return replace(self, headers=replace(self.headers, expected_sequences=frozenset({sequence})))

    def with_file(self, sha256: str) -> Self:
        """The same call; the digest of a form goes over the file that came with it, too."""
        return replace(self, form=f"{self.form} {sha256}") if self.form else self

    def new_id(self, kind: str, within: UUID | None) -> UUID:
        """The id of what this command creates: the same when the request is repeated under its key.

        `within`: the aggregate that will hold it; None for what is an aggregate itself.
        """
        person_and_key = f"{self.caller.subject}/{self.headers.idempotency_key}"
        return uuid5(NAMESPACE_URL, f"{person_and_key}/{within}/{kind}" if within else f"{person_and_key}/{kind}")

    async def handle(
        self, aggregate: Aggregate[C, S, F], aggregate_id: str, command: C, created: UUID | None = None
    ) -> Receipt:
        """Has the command decided, once; a repeat is answered as such. Raises Refused or Unavailable."""
        if not ServiceState.of(self.http.app).health.prepared:
            raise Unavailable("not_prepared")
        path, traceparent = path_within(self.http), self.http.headers.get("traceparent")
        digest = self.form or f"{self.http.method} {path}?{self.http.url.query} {self.http.state.digest.hexdigest()}"
        with spanning(f"{aggregate.documents.name} {type(command).__name__}", traceparent) as trace:
            causation = Causation(str(self.new_id("command", None)), self.http.state.correlation, trace)
            created_id = None if created is None else str(created)
            envelope = self.headers.envelope(causation, self.caller.subject, digest, created_id)
            receipt = await aggregate.handle(aggregate_id, command, envelope)
        self.tag(receipt.sequence)
        if isinstance(receipt, RepeatedReceipt):
            self.response.headers["Idempotent-Replayed"] = "true"
        return receipt

    async def note(self, act: str, on: str, reason: str | None = None) -> None:
        """Notes what the caller is about to do or read, where no journal keeps it. Raises Unavailable."""
        await ServiceState.of(self.http.app).audit_log.note(AuditEntry(self.at, self.caller.subject, act, on, reason))

    def tag(self, sequence: int) -> None:
        """Answers with this ETag."""
        self.response.headers["ETag"] = tag_of(sequence)
