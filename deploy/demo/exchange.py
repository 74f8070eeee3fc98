"""What foreign administrations know in the end: field by field what each got, what each did not, and what companies read of it."""

from collections.abc import Iterable
from typing import Any

from rich.table import Table
from rich.text import Text

from deploy.demo.cast import Cast, Json
from deploy.demo.course import Member
from deploy.demo.partners import Listener, Told, may_read
from deploy.demo.show import Show
from deploy.errors import Failed

SHARED = {"legal_name", "address"}
TELLS_NOTHING = {"CA", "en", "fr"}
TOMBSTONE = "none: a tombstone, the record is deleted"


async def show_what_each_got(show: Show, cast: Cast, partners: dict[str, Listener], members: list[Member]) -> None:
    """Raises Failed if an administration got what it should not, or if its feed differs from its topic."""
    show.chapter("partners")
    for code, listener in partners.items():
        known = [member for member in members if listener.of(member.pip)]
        if known:
            titles = [member.life.firm.legal_name for member in known]
            show.table(f"what {code} got, key, headers and body", _got(titles, [listener.of(member.pip) for member in known]))
        for member in members:
            show.step(_not_got(code, listener, member))
        await _same_in_feed(cast, code, listener)
        show.step(f"{code} reads the same over HTTP: {_current(listener)}")
    reader, other = list(partners)[:2]
    user = f"partner.{reader.lower()}"
    if await may_read(cast.deployment.kafka(user), f"pip.partner.{other.lower()}", f"{user}.curious"):
        raise Failed(f"{user} may read what {other} gets")
    show.step(f"Kafka refuses the topic of {other} to {user}")


async def show_what_companies_read(show: Show, members: list[Member]) -> None:
    """The log of each company: which administration was told what, and why."""
    log = Table("company", "to", "what", "why", show_lines=False)
    for member in members:
        entries = (await member.company.owner.get("mra_exchange", f"{member.company.path}/disclosures"))["entries"]
        for entry in sorted(entries, key=lambda entry: (entry["administration"], entry["n"])):
            log.add_row(member.life.firm.legal_name, entry["administration"], entry["text"]["en"], entry["cause_text"]["en"])
    show.table("what each company reads in its log", log)


def _got(titles: list[str], told: list[list[Told]]) -> Table:
    """One column for each member; where its messages differ in a field, all values in order."""
    columns = [_values(messages) for messages in told]
    table = Table("field", *titles)
    for name in dict.fromkeys(name for column in columns for name in column):
        table.add_row(name, *(Text("\n".join(column.get(name, ()))) for column in columns))
    return table


def _values(messages: Iterable[Told]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for told in messages:
        fields = {"key": told.key, **told.headers, **(flat(told.body) if told.body else {"body": TOMBSTONE})}
        for name, value in fields.items():
            known = values.setdefault(name, [])
            if str(value) not in known[-1:]:
                known.append(str(value))
    return values


def _not_got(code: str, listener: Listener, member: Member) -> str:
    """What stays here of a member. Raises Failed if anything of it occurs in a message, or if what was sent is not what was previewed."""
    name, told = member.life.firm.legal_name, listener.of(member.pip)
    if code not in member.life.informs:
        if told:
            raise Failed(f"{code} was told of {name}, which had not consented")
        return f"{code} got nothing of {name}, which did not consent"
    withheld = {path: value for path, value in flat(member.life.firm.profile()).items() if path.split(".")[0] not in SHARED and value}
    for message in told:
        if leaked := [path for path, value in withheld.items() if value not in TELLS_NOTHING and str(value) in message.words()]:
            raise Failed(f"these parts of the profile have left the country: {', '.join(leaked)}")
        if message.body and {part: message.body[part] for part in member.preview} != member.preview:
            raise Failed(f"{code} got something else of {name} than the company had seen when it consented")
    return f"{code} got nothing else of {name}: {', '.join(withheld)} stay here"


async def _same_in_feed(cast: Cast, code: str, listener: Listener) -> None:
    feed = (await cast.partner(code).get("mra_exchange", "/partner/members"))["members"]
    if feed != [record for _, record in sorted(_last(listener).items())]:
        raise Failed(f"the feed of {code} differs from its topic")


def _last(listener: Listener) -> dict[str, Json]:
    """The records that stand, by PIP number."""
    last = {told.key: told.body for told in listener.told}
    return {key: body for key, body in last.items() if body}


def _current(listener: Listener) -> str:
    return ", ".join(sorted(record["name"] for record in _last(listener).values())) or "nobody"


def flat(value: Json, path: str = "") -> dict[str, Any]:
    """Every leaf under its path, as `address.city`."""
    if not isinstance(value, dict):
        return {path: ", ".join(map(str, value)) if isinstance(value, list) else value}
    return {name: leaf for key, part in value.items() for name, leaf in flat(part, f"{path}.{key}" if path else key).items()}
