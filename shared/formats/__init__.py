"""The formats that files may have: how they are named, and what keeps a file from being opened.

An uploaded file is opened in a process of its own, `python -m shared.formats`, so nothing here imports the rest of the
kernel.
"""

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSIONS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",), DOCX: (".docx",), XLSX: (".xlsx",)}
SHOWN = frozenset({PDF, JPEG, PNG})  # what a browser shows within a page


class Unopened(Exception):  # noqa: N818 - a property of a file
    """The code of the reason for which a file cannot be opened, or must not be."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
