"""What can happen next in a state, and which promises it must keep."""

from collections.abc import Iterator

from tests.model.states import (
    DOCUMENTS,
    KEY,
    KEYS,
    MEMBERS,
    PARTITIONS,
    TARGET,
    Batch,
    Bounds,
    Departures,
    Document,
    Member,
    Message,
    Offset,
    Plan,
    State,
    replaced,
)

Steps = Iterator[tuple[str, State]]


class Model:
    """One world, and the mistakes that are made in it."""

    def __init__(self, bounds: Bounds, departures: Departures) -> None:
        self._bounds = bounds
        self._departures = departures

    def start(self) -> State:
        bounds = self._bounds
        return State(
            documents=(Document(),) * len(DOCUMENTS),
            queues=(None,) * len(KEYS),
            committed=(0,) * len(PARTITIONS),
            owners=bounds.owners,
            members=(Member(),) * len(MEMBERS),
            mended=bounds.poison is None,
            relieved=bounds.full is None,
            commands=bounds.commands,
            crashes=bounds.crashes,
            rebalances=bounds.rebalances,
        )

    def steps(self, state: State) -> Steps:
        """Everything that can happen next."""
        for index in MEMBERS:
            yield from self._fetching(state, index)
            yield from self._planning_ahead(state, index)
            yield from self._writing(state, index)
            yield from self._misfortunes(state, index)
        yield from self._others(state)

    def _fetching(self, state: State, index: int) -> Steps:
        member = state.members[index]
        if member.ahead:
            return
        records = tuple(
            (partition, offset)
            for partition in PARTITIONS
            if state.owners[partition] == index
            for offset in range(len(self._bounds.log[partition]))[member.positions[partition] :][: self._bounds.batch]
        )
        if records:
            positions = member.positions
            for partition, offset in records:
                positions = replaced(positions, partition, offset + 1)
            ahead = member._replace(positions=positions, ahead=Batch(records))
            yield f"member {index} fetches {records}", _with(state, index, ahead)

    def _planning_ahead(self, state: State, index: int) -> Steps:
        member = state.members[index]
        before, batch = member.writing, member.ahead
        if batch is None:
            return
        if before is None:
            yield (
                f"member {index} goes on with {batch.records}",
                _with(state, index, member._replace(writing=batch, ahead=None)),
            )
        elif batch.step == "look":
            looked = batch._replace(step="load", parked=_parked(state))
            yield f"member {index} looks ahead", _with(state, index, member._replace(ahead=looked))
        elif batch.step == "load" and self._is_straight(before) and before.step in ("write", "commit"):
            written = {
                number: document._replace(version=document.version + 1) for number, document in before.plan.writes
            }
            planned = batch._replace(step="write", plan=self._plan(state, batch, written))
            yield f"member {index} plans ahead: {planned.plan}", _with(state, index, member._replace(ahead=planned))
        elif batch.step == "write" and self._departures.writes_before_the_commit:
            yield f"member {index} writes ahead", self._written(state, index, ahead=True)

    def _writing(self, state: State, index: int) -> Steps:
        member = state.members[index]
        batch = member.writing
        if batch is None:
            return
        match batch.step:
            case "look":
                looked = batch._replace(step="load", parked=_parked(state))
                yield f"member {index} looks", _with(state, index, member._replace(writing=looked))
            case "load":
                planned = batch._replace(step="write", plan=self._plan(state, batch, {}))
                yield f"member {index} plans: {planned.plan}", _with(state, index, member._replace(writing=planned))
            case "write":
                yield f"member {index} writes", self._written(state, index, ahead=False)
            case "park":
                yield f"member {index} parks", self._parked(state, index, batch)
            case _:
                yield f"member {index} commits", self._committed(state, index, batch)

    def _plan(self, state: State, batch: Batch, written: dict[int, Document]) -> Plan:
        documents = {**dict(enumerate(state.documents)), **written}
        loaded = dict(documents)
        parks: list[Message] = []
        holds: dict[int, Offset] = {}
        for partition, offset in batch.records:
            publisher, number = message = self._bounds.log[partition][offset]
            target, key = TARGET[publisher], KEY[publisher]
            if partition in holds or number <= documents[target].watermark(publisher):
                continue
            if (
                key in batch.parked
                or key in {KEY[other] for other, _ in parks}
                or (message == self._bounds.poison and not state.mended)
            ):
                parks.append(message)
            elif target == self._bounds.full and not state.relieved:
                holds[partition] = offset
            else:
                documents[target] = documents[target].after(message)
        writes = tuple((target, document) for target, document in documents.items() if document != loaded[target])
        return Plan(writes, tuple(parks), tuple(holds.items()))

    def _written(self, state: State, index: int, *, ahead: bool) -> State:
        member = state.members[index]
        batch = member.ahead if ahead else member.writing
        assert batch
        documents, lost = state.documents, False
        for target, document in batch.plan.writes:
            if documents[target].version == document.version:
                documents = replaced(documents, target, document._replace(version=document.version + 1))
            else:
                lost = True
        after = (
            batch._replace(step="look", again=True)
            if lost
            else batch._replace(step="park" if batch.plan.parks else "commit")
        )
        member = member._replace(ahead=after) if ahead else member._replace(writing=after)
        return _with(state, index, member)._replace(documents=documents)

    def _parked(self, state: State, index: int, batch: Batch) -> State:
        queues, gone = state.queues, False
        for message in batch.plan.parks:
            queue = queues[KEY[message[0]]]
            if queue is None and message != self._bounds.poison and KEY[message[0]] in batch.parked:
                gone = True
            elif message not in (queue or ()):
                queues = replaced(queues, KEY[message[0]], (*(queue or ()), message))
        after = batch._replace(step="look", again=True) if gone else batch._replace(step="commit")
        return _with(state, index, state.members[index]._replace(writing=after))._replace(queues=queues)

    def _committed(self, state: State, index: int, batch: Batch) -> State:
        """Moves the group on, seeks where a partition is held, and drops what was planned unless this went straight."""
        member, holds = state.members[index], dict(batch.plan.holds)
        ends = {partition: offset + 1 for partition, offset in batch.records}
        if self._departures.commits_all_that_was_fetched:
            ends = dict(enumerate(member.positions))
        committed, positions = state.committed, member.positions
        for partition, end in (ends | holds).items():
            if state.owners[partition] == index:
                committed = replaced(committed, partition, end)
        for partition, offset in holds.items():
            if state.owners[partition] == index:
                positions = replaced(positions, partition, offset)
        member = Member(positions, None, self._still_true(member.ahead, batch))
        return _with(state, index, member)._replace(committed=committed)

    def _still_true(self, ahead: Batch | None, before: Batch) -> Batch | None:
        """What was planned ahead stays, if the batch before went straight; else its records are planned anew."""
        if ahead is None or self._is_straight(before):
            return ahead
        records = ahead.records
        if not self._departures.keeps_records_behind_a_hold:
            records = tuple(record for record in records if record[0] not in dict(before.plan.holds))
        return Batch(records) if records else None

    def _is_straight(self, batch: Batch) -> bool:
        """Whether a batch does no more than write, at the first attempt."""
        return (
            not batch.plan.holds
            and (not batch.plan.parks or self._departures.plans_behind_what_is_parked)
            and (not batch.again or self._departures.keeps_a_plan_after_a_lost_race)
        )

    def _misfortunes(self, state: State, index: int) -> Steps:
        member = state.members[index]
        if state.crashes and member != Member(member.positions):
            crashed = _with(state, index, Member(state.committed))._replace(crashes=state.crashes - 1)
            yield f"member {index} crashes", crashed
        for partition in PARTITIONS:
            if state.rebalances and state.owners[partition] != index:
                positions = replaced(member.positions, partition, state.committed[partition])
                dealt = _with(state, index, member._replace(positions=positions))
                owners = replaced(state.owners, partition, index)
                yield (
                    f"member {index} gets partition {partition}",
                    dealt._replace(owners=owners, rebalances=state.rebalances - 1),
                )

    def _others(self, state: State) -> Steps:
        """Commands, a deploy that mends the code, a relay that empties an outbox, an operator who redrives."""
        if state.commands:
            first = state.documents[0]
            changed = first._replace(version=first.version + 1, commands=first.commands + 1)
            yield (
                "a command",
                state._replace(documents=replaced(state.documents, 0, changed), commands=state.commands - 1),
            )
        if not state.mended:
            yield "a deploy", state._replace(mended=True)
        if not state.relieved:
            yield "an outbox is emptied", state._replace(relieved=True)
        for key, queue in enumerate(state.queues):
            if queue == ():
                yield "an empty queue is deleted", state._replace(queues=replaced(state.queues, key, None))
            elif queue and state.mended:
                publisher, number = queue[0]
                document = state.documents[TARGET[publisher]]
                if number > document.watermark(publisher):
                    document = document.after(queue[0])._replace(version=document.version + 1)
                yield (
                    f"{queue[0]} is redriven",
                    state._replace(
                        documents=replaced(state.documents, TARGET[publisher], document),
                        queues=replaced(state.queues, key, queue[1:]),
                    ),
                )

    def broken(self, state: State) -> str | None:
        """Which promise does not hold in this state."""
        if sum(document.commands for document in state.documents) != self._bounds.commands - state.commands:
            return "COMMANDS: one is overwritten"
        for document in state.documents:
            if any(numbers != tuple(range(1, len(numbers) + 1)) for numbers in document.consumed):
                return f"CONSUMED: {document.consumed}"
        for partition, end in enumerate(state.committed):
            for message in self._bounds.log[partition][:end]:
                publisher, number = message
                consumed = number <= state.documents[TARGET[publisher]].watermark(publisher)
                if not consumed and message not in (state.queues[KEY[publisher]] or ()):
                    return f"LOST: {message} is committed"
        return None

    def done(self, state: State) -> bool:
        """Whether all is consumed and committed, and everybody at rest."""
        return (
            state.committed == tuple(map(len, self._bounds.log))
            and not any(queue is not None for queue in state.queues)
            and all(member == Member(member.positions) for member in state.members)
        )


def _with(state: State, index: int, member: Member) -> State:
    return state._replace(members=replaced(state.members, index, member))


def _parked(state: State) -> tuple[int, ...]:
    return tuple(key for key, queue in enumerate(state.queues) if queue is not None)
