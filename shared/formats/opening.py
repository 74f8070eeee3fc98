"""Opens a file as the type that it is declared to be."""

from io import BytesIO

from shared.formats import DOCX, JPEG, PDF, PNG, XLSX, Unopened
from shared.formats.images import open_jpeg, open_png
from shared.formats.office import open_office
from shared.formats.programs import COMPOUND

_ZIP = (b"PK\x03\x04", COMPOUND)
_FIRST_BYTES = {PDF: (b"%PDF-",), JPEG: (b"\xff\xd8\xff",), PNG: (b"\x89PNG\r\n\x1a\n",), DOCX: _ZIP, XLSX: _ZIP}


def open_as(media_type: str, content: bytes) -> None:
    """Raises Unopened with the reason for which this is no file of that type, or none that can be opened safely."""
    if not content:
        raise Unopened("file_empty")
    if not content.startswith(_FIRST_BYTES[media_type]):
        raise Unopened("type_not_allowed")
    try:
        _open(media_type, BytesIO(content))
    except (Unopened, MemoryError):
        raise
    except SystemError as short:  # so the interpreter fails now and then when memory is short
        raise MemoryError from short
    except Exception as damaged:  # the libraries raise many kinds of error for one kind of file
        raise Unopened("file_damaged") from damaged


def _open(media_type: str, file: BytesIO) -> None:
    match media_type:
        case "application/pdf":
            from shared.formats.pdf import open_pdf  # noqa: PLC0415 - 20 MB that other files never need

            open_pdf(file)
        case "image/jpeg":
            open_jpeg(file)
        case "image/png":
            open_png(file)
        case _:
            open_office(file, media_type)
