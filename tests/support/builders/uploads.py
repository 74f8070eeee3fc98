"""Small files of every type that may be uploaded."""

from io import BytesIO
from zipfile import ZipFile

from shared.store.media_types import FOLDERS

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
DOCX, XLSX = FOLDERS


def office(*parts: str, padding: int = 0) -> bytes:
    """An office file of these parts, the first of so many bytes."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" + " " * padding)
        for part in parts:
            archive.writestr(part, "<w/>")
    return packed.getvalue()


TYPES = {
    PDF: b"%PDF-1.7\n%%EOF\n",
    JPEG: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
    PNG: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    DOCX: office("word/document.xml"),
    XLSX: office("xl/workbook.xml"),
}
