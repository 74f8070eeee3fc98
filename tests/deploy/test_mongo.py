"""MongoDB on this machine: it comes back with its data, after a stop, after a kill, and on another port."""

from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.errors import Failed
from deploy.local import mongo
from deploy.local.mongo import OLDEST, Mongo, mongod


def stored(url: str) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](url, w="majority", journal=True, serverSelectionTimeoutMS=10_000) as client:
        return list(client.kept.things.find())


async def test_data_come_back_after_a_kill_and_on_another_port(tmp_path: Path) -> None:
    async with Mongo(tmp_path) as first:
        with MongoClient[dict[str, Any]](first.url, w="majority", journal=True) as client:
            client.kept.things.insert_one({"_id": 1})
        await first.kill()
        await first.start()
        assert stored(first.url) == [{"_id": 1}]

    async with Mongo(tmp_path) as second:
        assert second.url != first.url
        assert stored(second.url) == [{"_id": 1}]


def a_mongod(path: Path, version: str) -> str:
    path.mkdir()
    program = path / "mongod"
    program.write_text(f"#!/bin/sh\necho db version v{version}\n")
    program.chmod(0o755)
    return str(program)


def test_a_mongod_on_path_is_preferred_if_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = a_mongod(tmp_path / "new", "7.0.1"), a_mongod(tmp_path / "old", f"{OLDEST - 1}.4.0")
    monkeypatch.setenv("PATH", str(tmp_path / "new"))
    assert mongod() == new
    monkeypatch.setenv("PATH", str(tmp_path / "old"))
    assert mongod() not in {new, old}


def test_without_any_mongod_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(mongo, "find_spec", lambda _: None)
    with pytest.raises(Failed, match="TT_MONGO"):
        mongod()
