"""Opens a stored file before it is accepted, in a process of its own: bounded, and without the secrets of this one."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path

from shared.errors import Refused
from shared.store.files import Files, Saved

MOST_SECONDS = 30.0
_LONGEST_CODE = 100  # bytes
ENVIRONMENT = {"PYTHONPATH": str(Path(__file__).parents[2])}
_turn = asyncio.Semaphore(1)


async def require_opened(files: Files, saved: Saved, media_type: str) -> None:
    """Raises Refused with the reason for which the file cannot be opened as this type. One file is opened at a time."""
    async with _turn:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "shared.formats", media_type),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=ENVIRONMENT,
        )
        try:
            async with asyncio.timeout(MOST_SECONDS):
                code = await _answer(process, files, saved)
        except TimeoutError:
            code = "file_too_complex"
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if code:
        raise Refused(code, field="Content-Type" if code == "type_not_allowed" else "body")


async def _answer(process: Process, files: Files, saved: Saved) -> str:
    """The code of a refusal, or nothing: the system has stopped a process that needed too much."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("no pipes")
    with suppress(ConnectionError):  # it has seen enough
        async for chunk in files.read(saved.file_id):
            process.stdin.write(chunk)
            await process.stdin.drain()
    process.stdin.close()
    answer = await process.stdout.read(_LONGEST_CODE)
    ended = await process.wait()
    if ended > 0:
        raise RuntimeError(f"shared.formats ended with {ended}")
    return answer.decode().strip() if ended == 0 else "file_too_complex"
