"""Small files of every type that may be uploaded, each as its programs write it, and room for mistakes in each."""

from base64 import b64decode
from collections.abc import Mapping
from io import BytesIO
from struct import pack
from zipfile import ZIP_DEFLATED, ZipFile
from zlib import compress, crc32

from shared.formats import DOCX, JPEG, PDF, PNG, XLSX

__all__ = ["DOCX", "JPEG", "MAIN_TYPES", "PDF", "PNG", "TYPES", "XLSX", "office", "pdf", "png"]

_SCHEMAS = "http://schemas.openxmlformats.org"
_PARTS = {
    DOCX: (
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        f'<w:document xmlns:w="{_SCHEMAS}/wordprocessingml/2006/main"><w:body><w:p/></w:body></w:document>',
    ),
    XLSX: (
        "xl/workbook.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        f'<workbook xmlns="{_SCHEMAS}/spreadsheetml/2006/main"><sheets/></workbook>',
    ),
}
MAIN_TYPES = {media_type: main_type for media_type, (_, main_type, _) in _PARTS.items()}
Parts = Mapping[str, bytes | str]


def office(media_type: str, *, main_type: str | None = None, listed: str = "", parts: Parts | None = None) -> bytes:
    """An office file: its main part, by another type if given, with more content types and more or other parts."""
    name, own_type, text = _PARTS[media_type]
    content_types = (
        f'<Types xmlns="{_SCHEMAS}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{name}" ContentType="{main_type or own_type}"/>{listed}</Types>'
    )
    relations = (
        f'<Relationships xmlns="{_SCHEMAS}/package/2006/relationships"><Relationship Id="rId1" Target="{name}" '
        f'Type="{_SCHEMAS}/officeDocument/2006/relationships/officeDocument"/></Relationships>'
    )
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as package:
        for part, content in {
            "[Content_Types].xml": content_types,
            "_rels/.rels": relations,
            name: text,
            **(parts or {}),
        }.items():
            package.writestr(part, content)
    return packed.getvalue()


def pdf(
    *,
    contents: bytes = b"BT (Yard) Tj ET",
    catalog: bytes = b"",
    page: bytes = b"",
    trailer: bytes = b"",
    padding: int = 0,
) -> bytes:
    """A document of one page, with more entries in its catalogue, its page and its trailer, and an unused stream."""
    objects = (
        b"<</Type /Catalog /Pages 2 0 R %s>>" % catalog,
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R %s>>" % page,
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(contents), contents),
        b"<</Length %d>>\nstream\n%s\nendstream" % (padding, b"." * padding),
    )
    document, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer\n<</Size 6 /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(document))
    return document + table + end


def png(width: int = 2, height: int = 2, pixels: bytes | None = None) -> bytes:
    """An image in grey, of these pixels if they are given: each row begins with its filter."""
    packed = compress(bytes((width + 1) * height) if pixels is None else pixels)
    chunks = ((b"IHDR", pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + name + data + pack(">I", crc32(data, crc32(name))) for name, data in chunks
    )


TYPES = {
    PDF: pdf(),
    JPEG: b64decode(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP////////////////////////////////////////////////////////////////////////"
        "//////////////wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AR//Z"
    ),
    PNG: png(),
    DOCX: office(DOCX),
    XLSX: office(XLSX),
}
