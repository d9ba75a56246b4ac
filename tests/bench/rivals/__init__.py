"""The nearest things that others have built, measured beside ours in one run.

Hypercore is a signed log per author, synced between peers. It needs Node.js and npm,
and is installed below the cache; where they are not here, the table says so.
"""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

_HERE: Final = Path(__file__).parent
_FILES: Final = ("package.json", "hypercore.mjs")
#: How long an installation or one sync may take, in seconds.
_PATIENCE_S: Final = 1800.0


class Absent(Exception):
    """What is needed to measure it is not on this machine."""


class Synced(msgspec.Struct):
    """One cold sync: seconds, peak RSS of the taker in MB, its seconds of CPU."""

    seconds: float
    memory: float
    cpu: float


def install(cache: Path) -> Path:
    """Put hypercore where it can be run; raises `Absent` where it cannot be had."""
    if shutil.which("npm") is None:
        raise Absent("npm is not on this machine")
    folder = cache / "rivals"
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copyfile(_HERE / name, folder / name)
    npm = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]
    done = subprocess.run(  # noqa: S603 - a fixed command
        npm, cwd=folder, capture_output=True, timeout=_PATIENCE_S, check=False
    )
    if done.returncode != 0:
        raise Absent("npm could not install it")
    return folder


def hypercore(folder: Path, events: int) -> Synced:
    """Sync so many events of 50 authors from one process to another over loopback."""
    with TemporaryDirectory(dir=folder) as data:
        command = ["node", str(folder / "hypercore.mjs"), data, str(events)]
        done = subprocess.run(  # noqa: S603 - our own program
            command, capture_output=True, timeout=_PATIENCE_S, check=True
        )
    return msgspec.json.decode(done.stdout, type=Synced)
