"""What is written to the log: one bounded line each, and nothing that acts on it."""

import logging
import traceback
from typing import Final

_LOG = logging.getLogger("node.web")
#: One line of a log, whatever a stranger sent: a long message helps nobody.
LOG_CHARS: Final = 400
_LOG_FRAMES: Final = 4


def log_failure(what: str, error: BaseException) -> None:
    """Write one bounded line: what was tried, what was raised, in which functions."""
    frames = traceback.extract_tb(error.__traceback__)[-_LOG_FRAMES:]
    places = " < ".join(
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in reversed(frames)
    )
    _LOG.error("%s", printable(f"{what}: {type(error).__name__}: {error} [{places}]"))


def log_refusal(what: str, error: BaseException | None) -> None:
    """Write one bounded line about what a stranger sent and aiohttp refused."""
    _LOG.info("%s", printable(f"{what}: {type(error).__name__}: {error}"))


def printable(text: str) -> str:
    """Escape everything but printable ASCII and cut to `LOG_CHARS` characters.

    A log line that a stranger can break in two, or that moves the cursor of a
    terminal, is a lie that a stranger can write (CWE-117).
    """
    escaped = text[:LOG_CHARS].encode("unicode_escape").decode("ascii")
    return escaped[:LOG_CHARS]
