"""PDF documents, opened by pypdf: every page can be read, one of them shows something, and nothing starts a program."""

import logging
import re
from collections.abc import Iterator
from io import BytesIO

from pypdf import PageObject, PasswordType, PdfReader, apply_configuration
from pypdf.errors import LimitReachedError
from pypdf.generic import DictionaryObject, PdfObject

from shared.formats import Unopened
from shared.formats.programs import is_named_as_program

MOST_UNPACKED = 40_000_000  # of one page
_EXCEPTION = re.compile(r"\w+\(")


class _LeftOut(logging.Handler):
    """The library warns with an exception where it goes on without a part that it could not read."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.parts += bool(_EXCEPTION.match(record.getMessage()))


def open_pdf(content: BytesIO) -> None:
    """Reads every page. Where only changes need a password, anybody can open it. Raises Unopened."""
    left_out, library = _LeftOut(), logging.getLogger("pypdf")
    library.propagate = False
    library.addHandler(left_out)
    try:
        with apply_configuration(zlib_maximum_output_length=MOST_UNPACKED):
            _read(_unprotected(content))
    except LimitReachedError as beyond:
        raise Unopened("file_too_complex") from beyond
    finally:
        library.removeHandler(left_out)
    if left_out.parts:
        raise Unopened("file_damaged")


def _unprotected(content: BytesIO) -> PdfReader:
    try:
        reader = PdfReader(content)
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise Unopened("file_protected")
    except NotImplementedError as unknown:  # a protection that only the programs of its maker know
        raise Unopened("file_protected") from unknown
    return reader


def _read(reader: PdfReader) -> None:
    names = (name for file in reader.attachment_list for name in (file.name, file.alternative_name) if name)
    if _launches(reader.root_object.get("/OpenAction")) or any(map(is_named_as_program, names)):
        raise Unopened("program_inside")
    tree, found, shown = reader.root_object["/Pages"], 0, False
    for page in reader.pages:
        found, shown = found + 1, _shows(page) or shown
        reader.resolved_objects.clear()  # or the unpacked contents of all pages would stay
    if isinstance(tree, DictionaryObject) and found < tree.get("/Count", 0):
        raise Unopened("file_damaged")
    if not shown:
        raise Unopened("file_empty")


def _shows(page: PageObject) -> bool:
    """Whether there is anything on a page that can be read."""
    annotations = list(_annotations(page))
    if any(_launches(annotation.get("/A")) or is_named_as_program(_attached(annotation)) for annotation in annotations):
        raise Unopened("program_inside")
    contents = page.get_contents()
    if contents is None and "/Contents" in page:
        raise Unopened("file_damaged")
    return bool(annotations or (contents is not None and contents.get_data().strip()))


def _annotations(page: PageObject) -> Iterator[DictionaryObject]:
    for annotation in page.annotations or ():
        if isinstance(found := annotation.get_object(), DictionaryObject):
            yield found


def _launches(action: PdfObject | None) -> bool:
    action = action.get_object() if action else None
    return isinstance(action, DictionaryObject) and action.get("/S") == "/Launch"


def _attached(annotation: DictionaryObject) -> str:
    """The name of the file that an annotation attaches, if it does."""
    attached = annotation.get("/FS")
    attached = attached.get_object() if attached else None
    return str(attached.get("/UF") or attached.get("/F") or "") if isinstance(attached, DictionaryObject) else ""
