"""Publishers' texts into plain text with paragraphs.

In order: markup goes, entities are decoded, two kinds of damage are repaired where
there is no doubt (`repair`), invisible characters go, white space is put in order,
what is too long is cut. Every step is linear in the length of the text, which
`html.parser` and `html.unescape` are not for every input.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

from node.exchange import repair

MAX_BYTES: Final = 60_000
"""Of UTF-8 for a description: what fits into the text of an event (64 KiB, SPEC 2.4)
with room for a line about the source."""

MAX_CHARS: Final = 4 * MAX_BYTES
"""What is looked at of a text; markup may take three quarters of it."""

ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"

_TAG: Final = re.compile(
    r"<!--|-->|<[!?][^<>]{0,2000}+>"
    r"|<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30}+(?::[a-z]+)?)(?=[\s/>])([^<>]{0,2000}+)>"
)

_HIDDEN: Final = frozenset({"head", "noscript", "object", "script", "style", "svg"})
"""Elements whose content is for machines."""

_PARAGRAPH: Final = (
    "address article aside blockquote dl fieldset footer form h1 h2 h3 h4 h5 h6 header"
    " hr main nav ol p pre section table ul"
)
_LINE: Final = "br caption dd div dt legend li option tr"
_INLINE: Final = (
    "a abbr acronym b base bdi bdo big body button canvas center cite code col colgroup"
    " data datalist del details dfn embed em figcaption figure font frame frameset html"
    " i iframe img input ins kbd label link map mark math meta meter o:p param picture"
    " progress q s samp select small source span strike strong sub summary sup tbody td"
    " template textarea tfoot th thead time title track tt u var video wbr"
)
_BREAK: Final = dict.fromkeys(_PARAGRAPH.split(), "\n\n") | dict.fromkeys(
    _LINE.split(), "\n"
)
"""Element -> the white space that stands for it."""

_KNOWN: Final = _HIDDEN | _BREAK.keys() | set(_INLINE.split())

_ENTITY: Final = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
"""With the semicolon only: without it "?id=1&notice=2" would become "?id=1¬ice=2"."""

_INVISIBLE: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_BARRED: Final = frozenset(
    "\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Soft hyphens, empty spaces, and the marks that turn the direction of a line: with
those a text reads otherwise than it is stored."""

MAX_MARKS: Final = 30
"""Combining marks on one letter (UAX 15, stream-safe format): putting thousands of
them in order takes time that grows with the square."""

_SPACES: Final = re.compile(r"[^\S\n]+")
_AROUND_BREAK: Final = re.compile(r" ?\n ?")
_MANY_BREAKS: Final = re.compile(r"\n{3,}")


def plain(raw: str, *, limit: int = MAX_BYTES) -> tuple[str, str | None]:
    """Return the text, and what was cut off it, if anything.

    limit: bytes of UTF-8. Paragraphs are set apart by an empty line.
    """
    return _cut(_tidy(_decode(raw[:MAX_CHARS])), limit, len(raw))


def line(raw: str, *, limit: int) -> tuple[str, str | None]:
    """Return the text on a single line, and what was cut off it, if anything."""
    return _cut(" ".join(_tidy(_decode(raw[:MAX_CHARS])).split()), limit, len(raw))


def _decode(raw: str) -> str:
    text, had_markup = _without_markup(raw)
    text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    if not had_markup and "<" in text:
        # The markup itself was escaped: "&lt;p&gt;". Once more, and no further.
        text, had_markup = _without_markup(text)
        if had_markup:
            text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return repair.line_breaks(repair.mojibake(text))


def _without_markup(raw: str) -> tuple[str, bool]:
    """Return the text between the tags, and whether there was any tag.

    What only looks like a tag ("<name of the buyer>") stays.
    """
    kept: list[str] = []
    hidden, position, found = "", 0, False
    for tag in _TAG.finditer(raw):
        closing, name = tag[1] == "/", (tag[2] or "").lower()
        if not hidden and name and not _is_markup(name, tag[3]):
            continue
        found = True
        if not hidden:
            kept += raw[position : tag.start()], _space_for(name, closing=closing)
            hidden = _opens(tag[0], name, closing=closing)
        elif tag[0] == hidden or (closing and name == hidden):
            hidden = ""
        position = tag.end()
    if not hidden:
        kept.append(raw[position:])
    return "".join(kept), found


def _is_markup(name: str, rest: str) -> bool:
    return name in _KNOWN or "=" in rest


def _opens(tag: str, name: str, *, closing: bool) -> str:
    """Return what ends the hidden part that this tag begins, or ""."""
    if tag == "<!--":
        return "-->"
    return name if name in _HIDDEN and not closing and tag[-2] != "/" else ""


def _space_for(name: str, *, closing: bool) -> str:
    if name == "li":
        return "" if closing else "\n- "
    if name in {"td", "th"}:
        return " "
    return _BREAK.get(name, "")


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n").replace("\v", "\n")
    text = unicodedata.normalize("NFC", _visible(text))
    text = _AROUND_BREAK.sub("\n", _SPACES.sub(" ", text))
    return _MANY_BREAKS.sub("\n\n", text).strip()


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        if character not in "\n\t" and _is_invisible(character):
            continue
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _is_invisible(character: str) -> bool:
    return character in _BARRED or unicodedata.category(character) in _INVISIBLE


def _cut(text: str, limit: int, raw_length: int) -> tuple[str, str | None]:
    """Cut at the end of a word, within limit bytes, an ellipsis included."""
    data = text.encode()
    if len(data) <= limit:
        if raw_length > MAX_CHARS:
            return text, f"only the first {MAX_CHARS:,} characters were read"
        return text, None
    head = data[: limit - len(ELLIPSIS.encode())].decode(errors="ignore")
    words = head.rsplit(None, 1)
    # A "word" of hundreds of letters is none: there the cut goes through it.
    within = not text[len(head)].isspace() and len(words) == 2 and len(words[1]) < 100
    if within:
        head = words[0]
    return head.rstrip() + ELLIPSIS, f"cut to {limit:,} bytes"
