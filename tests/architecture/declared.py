"""What the code declares of the programme: commands and facts, fields of contracts, subscriptions, roles, codes."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from inspect import getsource
from textwrap import dedent
from typing import Any

from shared.decider import Command
from shared.http.problems import Problems, load
from shared.model import Model
from tests.support.built import events_of, subscriptions_of
from tests.support.source import SERVICES, Module, modules

CONFLICT = 409


def kinds(module: Module, *, of_commands: bool) -> Iterator[str]:
    """The commands of a module, or its facts: classes whose `kind` is their own name."""
    for node in ast.walk(module.tree):
        match node:
            case ast.ClassDef(name=name, bases=[ast.Name(id=base), *_], body=body) if (
                _kind(body) == _snake(name) and base.endswith("Command") == of_commands
            ):
                yield name


def _kind(body: list[ast.stmt]) -> str | None:
    for statement in body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id="kind"), value=ast.Constant(value=str(kind))):
                return kind
    return None


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@cache
def commands(folder: str) -> frozenset[str]:
    """Every command that is declared below a folder."""
    return frozenset(name for module in modules(folder) for name in kinds(module, of_commands=True))


@cache
def facts(folder: str) -> frozenset[str]:
    """Every fact that is declared below a folder."""
    return frozenset(name for module in modules(folder) for name in kinds(module, of_commands=False))


@cache
def messages() -> Mapping[str, type[Model]]:
    """Every message between services, by its name; what goes to partners has no contract class."""
    publishers = (service for service in SERVICES if service != "mra_exchange")
    return {name: event for service in publishers for name, event in events_of(service).items()}


def fields(model: type[Model]) -> list[str]:
    """The fields of a model as tables write them: `name?` may be absent, `name[]` is a list."""
    return [(field.alias or name) + _mark(field) for name, field in model.model_fields.items()]


def _mark(field: Any) -> str:
    if "tuple[" in str(field.annotation):
        return "[]"
    constant = isinstance(field.default, str)
    return "" if field.is_required() or constant else "?"


def addressed(handler: Callable[..., Any]) -> set[str]:
    """The collections to which a function of SUBSCRIPTIONS addresses its commands, by literal or by constant."""
    found = set()
    for node in ast.walk(ast.parse(dedent(getsource(handler)))):
        match node:
            case ast.Call(func=ast.Name("Addressed"), args=[ast.Constant(str(collection)), *_]):
                found.add(collection)
            case ast.Call(func=ast.Name("Addressed"), args=[ast.Name(constant), *_]):
                found.add(handler.__globals__[constant])
    return found


def commands_of(handler: Callable[..., Any]) -> set[str]:
    """The commands that a function of SUBSCRIPTIONS makes."""
    made = {
        node.func.id
        for node in ast.walk(ast.parse(dedent(getsource(handler))))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    known = {name: handler.__globals__.get(name) for name in made}
    return {name for name, kind in known.items() if isinstance(kind, type) and issubclass(kind, Command)}


def subscribed() -> set[tuple[str, str, str]]:
    """Which aggregate makes which command of which message."""
    return {
        (f"{service} {collection}", event.__name__, command)
        for service in SERVICES
        for event, handler in subscriptions_of(service).items()
        for collection in addressed(handler)
        for command in commands_of(handler)
    }


def problems_of(service: str) -> Problems:
    """The refusals of a service, with those of the kernel."""
    return load(f"services.{service}")


def statuses() -> dict[str, int]:
    """The codes of refusals that are no conflict, with their HTTP status."""
    every = {code: sentence for service in SERVICES for code, sentence in problems_of(service).items()}
    return {code: sentence.status for code, sentence in every.items() if sentence.status != CONFLICT}
