"""The class path of Apache Kafka: every jar pinned with its SHA-256 in kafka.lock, fetched once per user and version.

`python -m deploy.local.jars` writes the lock anew.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory

from jgo.config import GlobalSettings
from jgo.env import EnvironmentBuilder
from jgo.maven import MavenContext

from deploy.errors import Failed

KAFKA = "org.apache.kafka:kafka_2.13:4.4.0"
# Without it the broker logs nothing. Resolved apart: the versions that its parent manages would replace Kafka's own.
BRIDGE = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.5"
LOCK = Path(__file__).with_name("kafka.lock")


def class_path() -> Path:
    """The directory with Kafka's jars, fetched if this user has none yet. Raises Failed."""
    cache = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "trusted-trader"
    jars = cache / f"kafka-{sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    if not jars.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache) as work:
            _fetch(Path(work))
            _publish(Path(work) / "jars", jars)
    return jars


def _fetch(work: Path) -> None:
    maven = _maven(work)
    (work / "jars").mkdir()

    def fetch(locked: tuple[str, str]) -> None:
        coordinate, digest = locked
        group, artifact, version = coordinate.split(":")
        try:
            jar = maven.project(group, artifact).at_version(version).artifact().resolve()
        except (OSError, RuntimeError) as away:
            advice = "check the network, or name a mirror in jgo's configuration"
            raise Failed(f"{coordinate} cannot be fetched from the Maven repository: {away}; {advice}") from away
        if sha256(jar.read_bytes()).hexdigest() != digest:
            raise Failed(f"{coordinate} is not the file that {LOCK.name} names: do not use this Maven repository")
        jar.rename(work / "jars" / jar.name)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(fetch, _locked()))


def _publish(fetched: Path, jars: Path) -> None:
    """Makes the whole directory visible at once; if another process was first, its directory stays."""
    try:
        fetched.rename(jars)
    except OSError:
        if not jars.exists():
            raise


def _maven(work: Path) -> MavenContext:
    """The repositories of this user's jgo configuration, else the public one."""
    return MavenContext(repo_cache=work / "repository", remote_repos=GlobalSettings.load().repositories or None)


def _locked() -> Iterator[tuple[str, str]]:
    for line in LOCK.read_text("utf-8").splitlines():
        coordinate, digest = line.split()
        yield coordinate, digest


def _write_lock() -> None:
    with TemporaryDirectory() as work:
        builder = EnvironmentBuilder(_maven(Path(work)), cache_dir=Path(work))
        kafka, bridge = (builder.from_endpoint(root).lockfile for root in (KAFKA, BRIDGE))
    if kafka is None or bridge is None:
        raise Failed("the Maven repository does not resolve Kafka")
    pinned = [*kafka.dependencies, *(jar for jar in bridge.dependencies if f":{jar.artifactId}:" in BRIDGE)]
    LOCK.write_text(
        "".join(sorted(f"{jar.groupId}:{jar.artifactId}:{jar.version} {jar.sha256}\n" for jar in pinned)), "utf-8"
    )


if __name__ == "__main__":
    _write_lock()
