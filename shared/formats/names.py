"""Names of files: what every system can keep, with the extension of the type; and how a download is named."""

from posixpath import splitext
from unicodedata import category, normalize
from urllib.parse import quote

from pathvalidate import is_valid_filename, sanitize_filename

from shared.formats import EXTENSIONS, SHOWN

MOST_BYTES = 255
_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # some scripts are misspelt without them
_ALSO_RESERVED = frozenset({"CONIN$", "CONOUT$"})  # the library does not know them
_PLAIN = frozenset(" ._-()")


def kept_name(name: str) -> str | None:
    """The name in its composed form, or None if some system cannot keep it, or shows it as another."""
    composed = normalize("NFC", name)
    return composed if _printed(composed) == composed and _is_safe(composed) else None


def fits(name: str, media_type: str) -> bool:
    """Whether the last extension, by which a system chooses the program, is one of this type."""
    return name.lower().endswith(EXTENSIONS[media_type])


def type_named(name: str) -> str | None:
    """The type that the extension names."""
    return next((media_type for media_type in EXTENSIONS if fits(name, media_type)), None)


def content_disposition(name: str, media_type: str) -> str:
    """Has a download saved under its name (RFC 6266), made safe if it was filed before names were checked.

    A browser shows PDF and pictures, and saves all else. The plain `filename` has no accents; clients that read
    `filename*` save the name as it is.
    """
    extension = EXTENSIONS[media_type][0]
    stem = _printed(normalize("NFC", name))
    if fits(stem, media_type):
        stem, _, extension = stem.rpartition(".")
        extension = f".{extension}"
    whole = _made_safe(stem, extension)
    ascii_only = normalize("NFKD", stem).encode("ascii", "ignore").decode()
    plain = _made_safe("".join(sign for sign in ascii_only if sign.isalnum() or sign in _PLAIN), extension)
    shown = "inline" if media_type in SHOWN else "attachment"
    return f"{shown}; filename=\"{plain}\"; filename*=UTF-8''{quote(whole, safe='')}"


def _is_safe(name: str) -> bool:
    stem, extension = splitext(f"_{name}")
    bare = stem[1:].strip(" .")
    return bool(bare) and bare.upper() not in _ALSO_RESERVED and all(map(_is_valid, (name, bare + extension)))


def _is_valid(name: str) -> bool:
    return is_valid_filename(name, platform="universal", max_len=MOST_BYTES, fs_encoding="utf-8")


def _made_safe(stem: str, extension: str) -> str:
    bare = sanitize_filename(stem, "_", platform="universal").strip(" .").encode()[: MOST_BYTES - len(extension)]
    name = f"{bare.decode(errors='ignore') or 'document'}{extension}"
    return name if _is_safe(name) else f"_{name[-MOST_BYTES + 1 :]}"


def _printed(name: str) -> str:
    return "".join(sign for sign in name if category(sign) not in _UNPRINTED or sign in _JOINERS)
