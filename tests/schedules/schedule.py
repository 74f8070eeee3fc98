"""An event loop on which nothing happens by itself: a seed chooses who goes on, fails or dies, and when time passes.

What a process asks of a server is an act. When everybody waits for an answer, one act is chosen and happens as a whole.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any, TypeVar, TypeVarTuple

CALM_AFTER = 500
MOST_ACTS = 2_500
CHANCE_OF_DEATH = 0.03
CHANCE_OF_FAILURE = 0.03
CHANCE_OF_TIME = 0.04
T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Effect = Callable[[], Any]
Condition = Callable[[], bool]
Main = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Fate:
    """Whether an act happens, and what its process sees of it: death, silence, an error, or what happened."""

    happens: bool = True
    dies: bool = False
    silent: bool = False
    error: type[Exception] | None = None

    def __str__(self) -> str:
        then = (
            "dies"
            if self.dies
            else "gets no answer"
            if self.silent
            else f"gets {self.error.__name__}"
            if self.error
            else ""
        )
        return f"{'' if self.happens else ', which does not happen'}{then and ', and ' + then}"


@dataclass(eq=False)
class Process:
    """A process by its name, what it does when it starts, and whether it may die."""

    name: str
    main: Main
    mortal: bool
    dead: bool = False


@dataclass(eq=False)
class AuditEntry:
    """What a process asks for, in how many ways it can fail, and when it is possible."""

    process: Process
    label: str
    effect: Effect
    failures: tuple[Fate, ...]
    possible: Condition
    answer: asyncio.Future[Any]


Turn = tuple[asyncio.Handle, Process | None, Callable[[], object]]
_process: ContextVar[Process | None] = ContextVar("process", default=None)


class Schedule(asyncio.BaseEventLoop):
    """One way in which it can go, act by act in `story`; `deaths` and `failures` are how many may still come.

    After `CALM_AFTER` acts nothing goes wrong any more, and everybody gets a turn.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.set_exception_handler(lambda _, __: None)  # the promises show what became of tasks at which nobody looks
        self.random = Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self.story: list[str] = []
        self.deaths = self.failures = 0
        self.stalling = 0.0
        self._over = False
        self._moment = 0.0
        self._numbers = count()
        self._turns: deque[Turn] = deque()
        self._timers: list[tuple[float, int, Turn]] = []
        self._asked: list[AuditEntry] = []
        self._processes: dict[str, Process] = {}
        self._tasks: list[asyncio.Task[Any]] = []
        self._stalled: set[str] = set()

    @property
    def calm(self) -> bool:
        return len(self.story) >= CALM_AFTER

    def start(self, name: str, main: Main, *, mortal: bool = True) -> None:
        """Starts a process; one that dies starts anew."""
        self._processes[name] = process = Process(name, main, mortal)
        context = copy_context()
        context.run(_process.set, process)
        self.create_task(main(), context=context)

    def kill(self, name: str) -> None:
        """Ends a process where it stands: not a line of it runs any more."""
        process = self._processes[name]
        process.dead = True
        self._asked = [act for act in self._asked if act.process is not process]

    async def act(
        self, label: str, effect: Effect, failures: tuple[Fate, ...] = (), possible: Condition = lambda: True
    ) -> Any:
        """Asks for something that happens as a whole, once it is possible (at once outside a process); its result."""
        process = _process.get()
        if self._over or process is None:
            return effect()
        act = AuditEntry(process, label, effect, failures, possible, self.create_future())
        self._asked.append(act)
        return await act.answer

    def in_any_order(self, several: list[T]) -> list[T]:
        return self.random.sample(several, len(several))

    def live(self, done: Condition) -> bool:
        """Goes on until everybody waits and it is done; False if that never comes."""
        with self._running():
            while len(self.story) < MOST_ACTS:
                self._run()
                acts = [act for act in self._asked if act.possible()]
                if not acts and done():
                    return True
                if self._timers and (not acts or self._befalls(CHANCE_OF_TIME)):
                    self._pass_time()
                elif acts:
                    self._perform(self._chosen(acts))
                else:
                    break
        return False

    def rest(self) -> None:
        """Lets nobody go on any more: from now on, whatever is asked happens at once."""
        self._over = True

    def finish(self) -> None:
        """Lets everything go that still waits."""
        with self._running():
            for task in self._tasks:
                task.cancel()
            self._run()
        self.close()

    def _chosen(self, acts: list[AuditEntry]) -> AuditEntry:
        names = list(dict.fromkeys(act.process.name for act in acts))
        if self.random.random() < self.stalling:
            self._stalled ^= {self.random.choice(names)}
        moving = names if self.calm else [name for name in names if name not in self._stalled] or names
        name = self.random.choice(moving)
        return self.random.choice([act for act in acts if act.process.name == name])

    def _perform(self, act: AuditEntry) -> None:
        self._asked.remove(act)
        fate = self._fate(act)
        self.story.append(f"{act.process.name} {act.label}{fate}")
        outcome, error = None, fate.error and fate.error("as the schedule would have it")
        if fate.happens:
            try:
                outcome = act.effect()
            except Exception as answered:  # noqa: BLE001 - whatever a server answers is the process's own affair
                error = error or answered
        if fate.dies:
            self.kill(act.process.name)
            self.start(act.process.name, act.process.main)
        elif not fate.silent and not act.answer.done():
            act.answer.set_exception(error) if error else act.answer.set_result(outcome)

    def _fate(self, act: AuditEntry) -> Fate:
        if self.deaths and act.process.mortal and self._befalls(CHANCE_OF_DEATH):
            self.deaths -= 1
            return Fate(happens=self.random.random() < 0.5, dies=True)
        if self.failures and act.failures and self._befalls(CHANCE_OF_FAILURE * len(act.failures)):
            self.failures -= 1
            return self.random.choice(act.failures)
        return Fate()

    def _befalls(self, chance: float) -> bool:
        return not self.calm and self.random.random() < chance

    def _run(self) -> None:
        while self._turns:
            handle, process, callback = self._turns.popleft()
            if not handle.cancelled() and (self._over or process is None or not process.dead):
                callback()

    def _pass_time(self) -> None:
        self._moment, _, turn = heappop(self._timers)
        self._turns.append(turn)

    @contextmanager
    def _running(self) -> Iterator[None]:
        asyncio._set_running_loop(self)  # noqa: SLF001 - meant for authors of event loops
        try:
            yield
        finally:
            asyncio._set_running_loop(None)  # noqa: SLF001

    def create_task(self, coro: Any, *, name: object = None, context: Context | None = None) -> asyncio.Task[Any]:
        """Keeps the task: those of the dead must not be collected, for that would run them to their end."""
        self._tasks.append(task := super().create_task(coro, name=name, context=context))
        return task

    def time(self) -> float:
        return self._moment

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        context = context or copy_context()
        handle = asyncio.Handle(callback, args, self, context)
        self._turns.append((handle, context.get(_process), partial(context.run, callback, *args)))
        return handle

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        context = context or copy_context()
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        turn: Turn = handle, context.get(_process), partial(context.run, callback, *args)
        heappush(self._timers, (when, next(self._numbers), turn))
        return handle
