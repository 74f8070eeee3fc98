"""What stands behind the edge of an app that `main` has built: its tasks, and what its operators work with."""

from fastapi import FastAPI

from shared.bus.consumer import Bus
from shared.http.state import ServiceState
from shared.operations import Operations
from shared.tasks import Tasks


def tasks_of(app: FastAPI) -> Tasks:
    tasks = ServiceState.of(app).health
    assert isinstance(tasks, Tasks)
    return tasks


def bus_of(app: FastAPI) -> Bus:
    bus = tasks_of(app).bus
    assert bus
    return bus


def operations_of(app: FastAPI) -> Operations:
    operations: Operations = ServiceState.of(app).operations
    return operations
