"""The codes with which an endpoint may refuse, as read from the code.

It reads the endpoint, what it calls, and the arms of `decide` for its commands. What depends on a state or an input
is possible; what depends on the kind of command alone is decided as at work.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from itertools import product
from types import FunctionType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from shared.bus.parking import Parking
from shared.decider import Command
from shared.handling import Aggregate
from shared.store.files import Files

KERNEL = {
    kind: {name: method for name, method in vars(kind).items() if name != "handle"}
    for kind in (Aggregate, Files, Parking)
}
UNKNOWN = (NameError, AttributeError, KeyError, SyntaxError, TypeError, ValueError)


def refusals(endpoint: Callable[..., Any]) -> set[str]:
    """All but those of the edge before it and of the kernel's `handle` around the command."""
    read = Reading(("services.", "shared."), None)
    read.value(endpoint)
    taken = {name: kind for name, kind in inspect.get_annotations(endpoint, eval_str=True).items() if name != "return"}
    return read.codes.union(rules(tuple(taken.values())), *map(decided, read.commands))


@cache
def decided(kind: type[Command]) -> set[str]:
    """With which codes a command may be refused, by the `decide` of its aggregate."""
    parts = kind.__module__.split(".")
    modules = [import_module(".".join(parts[: count + 1])) for count in range(len(parts))]
    decide = next(module.decide for module in modules if hasattr(module, "decide"))
    codes: set[str] = set()
    for command in _kinds(kind):
        read = Reading(("services.",), command)
        read.value(decide)
        codes |= read.codes
    return codes


def _kinds(kind: type[Command]) -> Iterator[Command]:
    """The command once for every choice of its words, with nothing else in it."""
    words = {
        name: get_args(field.annotation)
        for name, field in kind.model_fields.items()
        if get_origin(field.annotation) is Literal
    }
    for chosen in product(*words.values()):
        command = kind.model_construct()  # type: ignore[call-arg]  # of nothing but its words
        object.__setattr__(command, "__dict__", dict(zip(words, chosen, strict=True)))
        yield command


def rules(taken: Any) -> set[str]:
    """With which codes what callers fill in may be refused, by rules of its own."""
    read = Reading(("services.", "shared."), None)
    read.value(tuple(_validators(taken)))
    return read.codes


def _validators(taken: Any) -> Iterator[Any]:
    if isinstance(taken, type) and issubclass(taken, BaseModel):
        yield from (inspect.unwrap(rule.func) for rule in taken.__pydantic_decorators__.model_validators.values())
        for field in taken.model_fields.values():
            yield from _validators((field.annotation, *field.metadata))
    elif isinstance(function := getattr(taken, "func", None), FunctionType):
        yield function
    else:
        parts = taken if isinstance(taken, tuple) else (*get_args(taken), *getattr(taken, "__metadata__", ()))
        for part in parts:
            yield from _validators(part)


class Reading(ast.NodeVisitor):
    """What is reached from a value through these packages, with a command of one kind in hand."""

    def __init__(self, packages: tuple[str, ...], command: Command | None) -> None:
        self.codes: set[str] = set()
        self.commands: set[type[Command]] = set()
        self._packages = packages
        self._command = command
        self._seen: set[FunctionType] = set()
        self._names: Mapping[str, Any] = {}

    def value(self, value: Any) -> None:
        """A function is read once, anything else for what it holds."""
        match value:
            case FunctionType() if value not in self._seen and value.__module__.startswith(self._packages):
                self._seen.add(value)
                self._function(value)
            case partial():
                self.value(value.func)
            case tuple() | list():
                for one in value:
                    self.value(one)
            case dict():
                self.value(tuple(value.values()))

    def _function(self, function: FunctionType) -> None:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        outer, self._names = (
            self._names,
            {name: value for name, value in function.__globals__.items() if name not in own},
        )
        self.visit(tree)
        self._names = outer

    def visit_Call(self, node: ast.Call) -> None:
        match node:
            case ast.Call(func=ast.Name(id="Refused" | "ValueError"), args=[code, *_]):
                self.codes.update(self._words(code))
            case ast.Call(func=ast.Name(id=name)) if isinstance(kind := self._names.get(name), type) and issubclass(
                kind, Command
            ):
                self.commands.add(kind)
            case ast.Call(func=ast.Attribute(attr=name)):
                self.value([methods[name] for methods in KERNEL.values() if name in methods])
        self.generic_visit(node)

    def visit_If(self, node: ast.If | ast.IfExp) -> None:
        for part in self._taken(node):
            self.visit(part)

    visit_IfExp = visit_If  # noqa: N815 - the name that NodeVisitor calls

    def visit_Match(self, node: ast.Match) -> None:
        if self._command and isinstance(node.subject, ast.Name) and node.subject.id == "command":
            node = ast.Match(node.subject, [next(arm for arm in node.cases if self._takes(arm.pattern))])
        self.generic_visit(node)

    def visit_Try(self, node: ast.Try) -> None:
        """What is caught and not raised again refuses nothing."""
        caught = any(isinstance(one.type, ast.Name) and one.type.id == "Refused" for one in node.handlers)
        again = any(isinstance(one, ast.Raise) for handler in node.handlers for one in ast.walk(handler))
        for part in (*(() if caught and not again else node.body), *node.handlers, *node.orelse, *node.finalbody):
            self.visit(part)

    def visit_Name(self, node: ast.Name) -> None:
        self.value(self._names.get(node.id))

    def visit_Attribute(self, node: ast.Attribute | ast.Subscript) -> None:
        try:
            self.value(self._evaluated(node))
        except UNKNOWN:
            self.visit(node.value)

    visit_Subscript = visit_Attribute  # noqa: N815

    def _words(self, code: ast.expr) -> Iterator[str]:
        match code:
            case ast.Constant(str(word)):
                yield word
            case ast.IfExp():
                for part in self._taken(code):
                    yield from self._words(part)

    def _taken(self, node: ast.If | ast.IfExp) -> list[Any]:
        body, orelse = (part if isinstance(part, list) else [part] for part in (node.body, node.orelse))
        try:
            return body if self._evaluated(node.test) else orelse
        except UNKNOWN:
            return [node.test, *body, *orelse]

    def _takes(self, pattern: ast.pattern) -> bool:
        match pattern:
            case ast.MatchClass(cls=cls):
                return isinstance(self._command, self._evaluated(cls))
            case ast.MatchOr(patterns=patterns):
                return any(map(self._takes, patterns))
            case _:
                return True

    def _evaluated(self, node: ast.expr) -> Any:
        """What an expression of known names and the command's words comes to. Raises one of UNKNOWN for other names."""
        told = {"command": self._command, "isinstance": isinstance} if self._command else {}
        code = compile(ast.Expression(node), "<read>", "eval")
        return eval(code, {**self._names, "__builtins__": {}, **told})  # noqa: S307 - our own code
