"""Mistakes made in the text of the real code, in a line or two, to see whether anybody would notice."""

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from textwrap import dedent
from types import ModuleType
from typing import Any
from unittest.mock import patch

# The class or module, the function in it, a text of that function, and the text with the mistake.
Change = tuple[type[Any] | ModuleType, str, str, str]


@dataclass(frozen=True)
class Mistake:
    """What is done wrong, and which promise that breaks; without changes, a mistake of operators."""

    name: str
    breaks: str
    changes: tuple[Change, ...] = ()

    @contextmanager
    def made(self) -> Iterator[None]:
        """The code with this mistake in it. Fails where the text is no longer there."""
        with ExitStack() as patches:
            for owner, name, before, after in self.changes:
                patches.enter_context(patch.object(owner, name, _altered(owner.__dict__[name], before, after)))
            yield


def _altered(function: Callable[..., Any], before: str, after: str) -> Callable[..., Any]:
    text = inspect.getsource(function)
    assert text.count(before) == 1, f"{function.__qualname__} does not say {before!r} once"
    made: dict[str, Any] = {}
    exec(dedent(text.replace(before, after)), sys.modules[function.__module__].__dict__, made)  # noqa: S102 - our own text
    altered: Callable[..., Any] = made[function.__name__]
    return altered
