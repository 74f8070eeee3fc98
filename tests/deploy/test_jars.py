"""Kafka's class path is fetched once, exactly as it is locked, by any number of processes at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from deploy.errors import Failed
from deploy.local import jars
from deploy.local.jars import class_path

JAR = b"a jar"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Maven repository with one jar, which this user's configuration names, and a lock on that jar."""
    folder = tmp_path / "repository" / "org" / "example" / "thing" / "1.0"
    folder.mkdir(parents=True)
    (folder / "thing-1.0.jar").write_bytes(JAR)
    monkeypatch.setattr(jars, "LOCK", tmp_path / "kafka.lock")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("JGO_CONFIG_FILE", str(tmp_path / "jgo.conf"))
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "repository"))
    ) as server:
        (tmp_path / "jgo.conf").write_text(f"[repositories]\nhere = http://127.0.0.1:{server.server_port}\n")
        lock(JAR)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield
        server.shutdown()
        thread.join()


def lock(jar: bytes, version: str = "1.0") -> None:
    jars.LOCK.write_text(f"org.example:thing:{version} {sha256(jar).hexdigest()}\n")


def cached(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "cache" / "trusted-trader").iterdir()]


@pytest.mark.usefixtures("repository")
def test_it_is_fetched_once(tmp_path: Path) -> None:
    fetched = class_path()
    assert [path.name for path in fetched.iterdir()] == ["thing-1.0.jar"]
    (tmp_path / "repository").rename(tmp_path / "gone")
    assert class_path() == fetched


@pytest.mark.usefixtures("repository")
def test_a_jar_that_is_not_the_locked_one_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    lock(b"another jar")
    with pytest.raises(Failed, match=r"is not the file that kafka\.lock names"):
        class_path()
    assert cached(tmp_path) == []


@pytest.mark.usefixtures("repository")
def test_a_jar_that_cannot_be_fetched_is_named(tmp_path: Path) -> None:
    lock(JAR, version="2.0")
    with pytest.raises(Failed, match=r"org\.example:thing:2\.0 cannot be fetched"):
        class_path()
    assert cached(tmp_path) == []


@pytest.mark.usefixtures("repository")
def test_two_at_once_share_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        paths = {fetching.result() for fetching in [pool.submit(class_path) for _ in range(8)]}
    assert cached(tmp_path) == [path.name for path in paths]
