"""How days, times, numbers and sizes are written in English and in French (Canada)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from shared.i18n import Language
from shared.pages.speech import NO_BREAK

ONTARIO = ZoneInfo("America/Toronto")
MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
}  # fmt: skip
NOON = 12
MEGABYTE = 1_000_000


def day(value: date, language: Language) -> str:
    """A day, and of a moment its day in Ontario."""
    of = value.astimezone(ONTARIO) if isinstance(value, datetime) else value
    month = MONTHS[language][of.month - 1]
    if language == "en":
        return f"{month}{NO_BREAK}{of.day}, {of.year}"
    return f"{'1er' if of.day == 1 else of.day}{NO_BREAK}{month} {of.year}"


def time(value: datetime, language: Language) -> str:
    """The time of a moment in Ontario."""
    of = value.astimezone(ONTARIO)
    if language == "fr":
        return f"{of.hour}{NO_BREAK}h{NO_BREAK}{of.minute:02}"
    return f"{(of.hour - 1) % NOON + 1}:{of.minute:02}{NO_BREAK}{'a.m.' if of.hour < NOON else 'p.m.'}"


def number(value: float, language: Language) -> str:
    """With its thousands apart."""
    written = f"{value:,}".removesuffix(".0")
    return written if language == "en" else written.replace(",", NO_BREAK).replace(".", ",")


def percent(value: int, language: Language) -> str:
    return f"{value}{NO_BREAK}%" if language == "fr" else f"{value}%"


def size(size_bytes: int, language: Language) -> str:
    """In kilobytes, from a million bytes on in megabytes; at least one."""
    units = {"en": ("KB", "MB"), "fr": ("ko", "Mo")}[language]
    if size_bytes < MEGABYTE:
        return f"{max(1, round(size_bytes / 1_000))}{NO_BREAK}{units[0]}"
    return f"{number(round(size_bytes / MEGABYTE, 1), language)}{NO_BREAK}{units[1]}"
