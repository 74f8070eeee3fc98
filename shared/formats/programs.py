"""What runs when it is opened, known by its name and by its first bytes."""

from posixpath import splitext

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # macros, OLE objects, and documents of before 2007
_SHORTCUT = b"L\x00\x00\x00\x01\x14\x02\x00"
_MACH_O = (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_FIRST_BYTES = (COMPOUND, b"MZ", b"\x7fELF", b"#!", _SHORTCUT, *_MACH_O)
_NAMED = """
    app bat chm cmd com cpl dll docm dotm exe gadget hta inf jar js jse lnk mht msc msi msp ocx pif potm ppam ppsm pptm
    ps1 py reg scf scr sct sh sldm sys url vb vbe vbs ws wsc wsf wsh xlam xll xlsb xlsm xltm
"""
_EXTENSIONS = frozenset(f".{extension}" for extension in _NAMED.split())


def is_named_as_program(name: str) -> bool:
    """Whether a system would run a file of this name."""
    return splitext(f"_{name.strip(' .').lower()}")[1] in _EXTENSIONS


def begins_as_program(first_bytes: bytes) -> bool:
    """Whether a file that begins like this is a program, a script, or a container of macros."""
    return first_bytes.startswith(_FIRST_BYTES)
