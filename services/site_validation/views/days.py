"""The order of days: of the parts of an array that fulfil a condition, the day of the earliest is that of the whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from shared.model import Json

AWAY = (-30, 0, 7, 21, 60)  # days from today, until which very many are read
ALL_DAYS = "9999-12-31"


@dataclass(frozen=True)
class Days:
    """Days within the parts of an array that fulfil a condition; those within the bounds matter."""

    array: str
    condition: Json
    day: str
    bounds: Mapping[str, str]

    @property
    def query(self) -> Json:
        """That one matters."""
        return {f"state.{self.array}": any_part(self._parts)}

    @property
    def first(self) -> Json:
        """The first that matters, as an expression."""
        holds = [{test: [f"$$each.{field}", value]} for field, test, value in _tests(self._parts)]
        chosen = {"$filter": {"input": f"$state.{self.array}", "as": "each", "cond": {"$and": holds}}}
        return {"$min": {"$map": {"input": chosen, "as": "each", "in": f"$$each.{self.day}"}}}

    def beginnings(self, today: date, since: str) -> Iterator["Days"]:
        """Those from a day on, if one is given, until some day, each time a later one; at the end all of them."""
        later = replace(self, bounds={**self.bounds, "$gte": since}) if since else self
        for away in AWAY:
            until = str(today + timedelta(days=away))
            if max(since, self.bounds.get("$gt", "")) < until < self.bounds.get("$lte", ALL_DAYS):
                yield replace(later, bounds={**later.bounds, "$lte": until})
        yield later

    @property
    def _parts(self) -> Json:
        return {**self.condition, **({self.day: self.bounds} if self.bounds else {})}


def _tests(condition: Json) -> Iterator[tuple[str, str, object]]:
    """Field, operator and value of every test of a condition."""
    for field, value in condition.items():
        for test, operand in value.items() if isinstance(value, dict) else (("$eq", value),):
            yield field, test, operand


def any_part(condition: Json) -> Json:
    return {"$elemMatch": condition}
