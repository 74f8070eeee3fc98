"""Pages as those find them who do not see them, or do not know what to do first."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from bs4 import BeautifulSoup, Tag


def flaws(html: str) -> Iterator[str]:
    """What is wrong with a page for those who do not see it, or do not know what to do first."""
    page = BeautifulSoup(html, "html.parser")
    levels = [int(heading.name[1]) for heading in page.select("h1, h2, h3, h4")]
    if levels[0] != 1 or levels.count(1) != 1 or any(after > before + 1 for before, after in pairwise(levels)):
        yield f"headings {levels}"
    ids = Counter(str(tag["id"]) for tag in page.select("[id]"))
    yield from (f"#{name} stands {times} times" for name, times in ids.items() if times > 1)
    yield from (f"nothing is #{name}" for name in _referred(page) if name not in ids)
    yield from (
        f"{field} has no label" for field in page.select("input, select, textarea") if not _is_labelled(field, page)
    )
    if len(first := page.select("main .button:not(.button--plain)")) > 1:
        yield f"{len(first)} first actions"


def _referred(page: BeautifulSoup) -> Iterator[str]:
    for name in ("for", "aria-labelledby", "aria-describedby"):
        for tag in page.select(f"[{name}]"):
            yield from (" ".join(tag[name]) if isinstance(tag[name], list) else str(tag[name])).split()
    yield from (str(link["href"])[1:] for link in page.select('a[href^="#"]'))


def _is_labelled(field: Tag, page: BeautifulSoup) -> bool:
    hidden = field.get("type") == "hidden"
    return hidden or field.has_attr("aria-label") or bool(page.select(f'label[for="{field.get("id")}"]'))
