"""Style sheet, script, typefaces and drawings: files that a browser keeps for ever under a name with their digest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from mimetypes import types_map

from fastapi import APIRouter
from fastapi.responses import Response

from shared.errors import Refused

PATH = "/static"
STYLES = "ui.css"
FOR_EVER = "public, max-age=31536000, immutable"
TYPES = {**types_map, ".woff2": "font/woff2", ".js": "text/javascript", ".svg": "image/svg+xml"}
_NAMED = re.compile(rb'url\("([\w.-]+)"\)')


@dataclass(frozen=True)
class Asset:
    """One file: its bytes and media type."""

    content: bytes
    media_type: str


class Assets:
    """Files by the name under which they are served, as `ui.0a1b2c3d.css`."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._served = {name: _with_digest(name, content) for name, content in contents.items()}
        self._assets = {
            self._served[name]: Asset(content, TYPES[f".{name.rpartition('.')[2]}"])
            for name, content in contents.items()
        }

    def address(self, name: str) -> str:
        """Where a file is served. Raises KeyError."""
        return f"{PATH}/{self._served[name]}"

    def get(self, served: str) -> Asset:
        """Raises Refused("not_found")."""
        if served not in self._assets:
            raise Refused("not_found")
        return self._assets[served]


@cache
def assets() -> Assets:
    """Files as they lie in `static`; the style sheet is put together from the parts in `static/ui`, by their names."""
    folder = files(__package__) / "static"
    parts = sorted((folder / "ui").iterdir(), key=lambda part: part.name)
    single = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
    return Assets({**single, STYLES: linked(b"\n".join(part.read_bytes() for part in parts), single)})


def linked(styles: bytes, beside: Mapping[str, bytes]) -> bytes:
    """A style sheet that names the files beside it as they are served. Raises KeyError for one that is not there."""

    def served(found: re.Match[bytes]) -> bytes:
        name = found[1].decode()
        return f'url("{_with_digest(name, beside[name])}")'.encode()

    return _NAMED.sub(served, styles)


def router() -> APIRouter:
    """Serves them."""
    made = APIRouter(include_in_schema=False)

    @made.get(f"{PATH}/{{name}}")
    async def read_asset(name: str) -> Response:
        asset = assets().get(name)
        return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": FOR_EVER})

    return made


def _with_digest(name: str, content: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{sha256(content).hexdigest()[:8]}.{suffix}"
