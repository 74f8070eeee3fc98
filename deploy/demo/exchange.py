"""Shows which fields each foreign administration received, which it did not, and what companies read of it."""

from collections.abc import Iterable, Mapping, Sequence
from json import dumps
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from deploy.demo.cast import Cast, Json
from deploy.demo.journey import NewMember
from deploy.demo.partners import Listener, ReceivedMessage, may_read
from deploy.demo.show import Show
from deploy.errors import Failed
from deploy.kafka.access import groups_of

SHARED = {"legal_name", "address"}
COMMON = {"CA", "en", "fr"}  # values of the profile that may stand in a record for other reasons
TOMBSTONE = "a tombstone: the record is deleted"
ID_WIDTH = 36


async def show_what_each_got(
    show: Show, cast: Cast, partners: Mapping[str, Listener], members: Sequence[NewMember]
) -> None:
    """Raises Failed if an administration received what it should not, or if its feed differs from its topic."""
    show.chapter("partners")
    for code, listener in partners.items():
        informed = [member for member in members if code in member.life.informs]
        if informed:
            show.table(
                f"what {code} got, field by field; where a field has changed, all its values", _got(listener, informed)
            )
            withheld = dict.fromkeys(name for member in informed for name in _withheld(code, listener, member))
            show.step(f"{code} got nothing else: {', '.join(withheld)} stay here")
        strangers = [member for member in members if member not in informed]
        if any(listener.of(member.pip) for member in strangers):
            raise Failed(f"{code} received a message about a company that had not consented")
        show.step(f"{code} got nothing without consent: {', '.join(map(_name, strangers))}")
        await _same_in_feed(cast, code, listener)
        names = ", ".join(record["name"] for record in _standing(listener)) or "nobody"
        show.step(f"{code} reads the same over HTTP: {names}")
    reader, other = list(partners)[:2]
    user = f"partner.{reader.lower()}"
    if await may_read(cast.deployment.kafka(user), f"pip.partner.{other.lower()}", groups_of(user)[-1]):
        raise Failed(f"{user} may read what {other} gets")
    show.step(f"Kafka refuses the topic of {other} to {user}")


async def show_what_companies_read(show: Show, members: Iterable[NewMember]) -> None:
    """Shows the log of each company: what was disclosed to which administration, and why."""
    log = Table("company", "to", "what", "why", box=SIMPLE)
    for member in members:
        entries = (await member.company.owner.get("mra_exchange", f"{member.company.path}/disclosures"))["entries"]
        for row, entry in enumerate(sorted(entries, key=lambda entry: (entry["administration"], entry["n"]))):
            status = f": {entry['record']['status']}" if entry["record"] else ""
            what = f"{entry['text']['en']}{status}"
            log.add_row("" if row else _name(member), entry["administration"], what, entry["cause_text"]["en"])
        log.add_section()
    show.table("what each company reads in its log", log)


def _got(listener: Listener, members: Iterable[NewMember]) -> Table:
    """A table with a column for each member; where its messages differ in a field, it has all values in order."""
    columns = {_name(member): _values(listener.of(member.pip)) for member in members}
    table = Table("field", box=SIMPLE)
    for name in columns:
        table.add_column(name, overflow="fold", min_width=ID_WIDTH)
    for name in dict.fromkeys(name for values in columns.values() for name in values):
        table.add_row(name, *("\n".join(values.get(name, ())) for values in columns.values()))
    return table


def _values(messages: Iterable[ReceivedMessage]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for message in messages:
        body = {"body": TOMBSTONE} if message.body is None else flat(message.body)
        for name, value in {"key": message.key, **message.headers, **body}.items():
            known, text = values.setdefault(name, []), value if isinstance(value, str) else dumps(value)
            if text not in known[-1:]:
                known.append(text)
    return values


def _withheld(code: str, listener: Listener, member: NewMember) -> list[str]:
    """The parts of the profile that stay here. Raises Failed if one was sent, or if a record is unlike the preview."""
    withheld = {
        name: value
        for name, value in flat(member.life.firm.profile()).items()
        if name.split(".")[0] not in SHARED and value
    }
    for message in listener.of(member.pip):
        texts = {name: value for name, value in withheld.items() if isinstance(value, str) and value not in COMMON}
        if leaked := [name for name, value in texts.items() if value in message.text()]:
            raise Failed(f"these parts of the profile have left the country: {', '.join(leaked)}")
        if message.body and {part: message.body[part] for part in member.preview} != member.preview:
            raise Failed(f"{code} got something else of {_name(member)} than the company had seen when it consented")
    return list(withheld)


async def _same_in_feed(cast: Cast, code: str, listener: Listener) -> None:
    feed = (await cast.partner(code).get("mra_exchange", "/partner/members"))["members"]
    if feed != _standing(listener):
        raise Failed(f"the feed of {code} differs from its topic")


def _standing(listener: Listener) -> list[Json]:
    """The records that stand, in order of their PIP numbers."""
    last = {message.key: message.body for message in listener.received}
    return [record for _, record in sorted(last.items()) if record]


def _name(member: NewMember) -> str:
    return member.life.firm.legal_name


def flat(value: Json, path: str = "") -> dict[str, Any]:
    """Every leaf under its path, as `address.city`."""
    if not isinstance(value, dict):
        return {path: ", ".join(map(str, value)) if isinstance(value, list) else value}
    return {
        name: leaf for key, part in value.items() for name, leaf in flat(part, f"{path}.{key}" if path else key).items()
    }
