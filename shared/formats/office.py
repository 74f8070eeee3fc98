"""Word and Excel files: packages of parts (Open Packaging Conventions), whose content types say what each part is."""

from collections.abc import Callable, Mapping
from io import BytesIO
from posixpath import splitext
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from shared.formats import DOCX, XLSX, Unopened
from shared.formats.programs import COMPOUND, begins_as_program, is_named_as_program

MOST_UNPACKED = 500_000_000  # of all parts together
MOST_DEPTH = 3
_MOST_READ = 8_000_000  # of a part that is read whole: a list, or a package in the package
_MAIN = {
    DOCX: ("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "document"),
    XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "workbook"),
}
_ACTIVE_TYPES = ("macro", "vba", "activex", "oleobject", "toolbars", "webextension", "msdownload", "javascript")
_FETCHED = ("/attachedTemplate", "/oleObject", "/frame", "/subDocument", "/aFChunk", "/control")
_LIST = "[content_types].xml"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STEP = 65_536
_Element = Callable[[str, dict[str, str]], object]


def open_office(content: BytesIO, media_type: str) -> None:
    """Unpacks every part once without keeping it, then reads the main part. Raises Unopened."""
    _refuse_container(content.getvalue())
    main_type, root = _MAIN[media_type]
    with ZipFile(content) as package:
        types = _types_of_parts(package, depth=1)
        main = [name for name, content_type in types.items() if content_type == main_type]
        if len(main) != 1:
            raise Unopened("type_not_allowed")
        with package.open(main[0]) as part:
            if _root(part) != root:
                raise Unopened("file_damaged")


def _refuse_container(whole: bytes) -> None:
    """What lies in the container of before 2007 is protected by a password, or of an old type."""
    if whole.startswith(COMPOUND):
        raise Unopened("file_protected" if _ENCRYPTED in whole else "type_not_allowed")


def _types_of_parts(package: ZipFile, depth: int) -> Mapping[str, str]:
    """The content type of each part of a package that is sound and in which nothing runs."""
    parts = {part.filename.lower(): part for part in package.infolist() if not part.is_dir()}
    if any(part.flag_bits & 1 for part in parts.values()):
        raise Unopened("file_protected")
    if _LIST not in parts:
        raise Unopened("type_not_allowed")
    if len(parts) != sum(not part.is_dir() for part in package.infolist()):
        raise Unopened("file_damaged")
    if depth > MOST_DEPTH or sum(part.file_size for part in parts.values()) > MOST_UNPACKED:
        raise Unopened("file_too_complex")
    listed = _listed_types(_whole(package, parts.pop(_LIST).filename))
    types = {part.filename: _type_of(name, listed) for name, part in parts.items()}
    for name, content_type in types.items():
        if is_named_as_program(name) or any(active in content_type for active in _ACTIVE_TYPES):
            raise Unopened("program_inside")
        _unpack(package, name, depth)
    return types


def _listed_types(content: bytes) -> Mapping[str, str]:
    """Content types, by lower-case names of parts and by extensions."""
    listed = {}

    def listing(_: str, given: dict[str, str]) -> None:
        key = given["PartName"].lstrip("/") if "PartName" in given else f".{given.get('Extension')}"
        listed[key.lower()] = given.get("ContentType", "").lower()

    _parse(BytesIO(content), listing)
    return listed


def _type_of(name: str, listed: Mapping[str, str]) -> str:
    return listed.get(name, listed.get(splitext("_" + name)[1], ""))


def _unpack(package: ZipFile, name: str, depth: int) -> None:
    """Reads a part to its end, where its checksum is compared; what it embeds is looked through in turn."""
    with package.open(name) as part:
        first_bytes = part.read(8)
        if begins_as_program(first_bytes):
            raise Unopened("program_inside")
        while part.read(_STEP):
            pass
    if first_bytes.startswith(b"PK\x03\x04"):
        with ZipFile(BytesIO(_whole(package, name))) as embedded:
            _types_of_parts(embedded, depth + 1)
    if name.endswith(".rels"):
        _parse(BytesIO(_whole(package, name)), _refuse_fetched)


def _refuse_fetched(_: str, given: dict[str, str]) -> None:
    """What is fetched from another machine when the file is opened may hold a program, like a part of the file."""
    remote = given.get("TargetMode") == "External" and given.get("Target", "").lower().startswith(("http:", "https:"))
    if remote and given.get("Type", "").endswith(_FETCHED):
        raise Unopened("program_inside")


def _whole(package: ZipFile, name: str) -> bytes:
    if package.getinfo(name).file_size > _MOST_READ:
        raise Unopened("file_too_complex")
    return package.read(name)


def _root(part: IO[bytes]) -> str:
    """The name of the outermost element, without its namespace, of a document that is well-formed to its end."""
    names: list[str] = []

    def first(name: str, _: dict[str, str]) -> None:
        if not names:
            names.append(name.rpartition(":")[2])

    _parse(part, first)
    return names[0]


def _parse(part: IO[bytes], element: _Element) -> None:
    """Calls `element` with name and attributes of every element. A DOCTYPE, which may define entities, is refused."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = element

    def refuse(*_: object) -> None:
        raise Unopened("file_damaged")

    parser.StartDoctypeDeclHandler = refuse
    parser.ParseFile(part)
