"""A node's settings: `wortley.toml` in the data folder, then the environment.

| key        | environment         | meaning                                           |
|------------|---------------------|---------------------------------------------------|
| name       | WORTLEY_NAME        | what the co-op is called                          |
| listen     | WORTLEY_LISTEN      | HOST:PORT to listen on                            |
| public_url | WORTLEY_PUBLIC_URL  | where peers reach it; empty behind NAT            |
| dial       | WORTLEY_DIAL        | kinds of address to dial beyond those listened on |
| log_limit  | WORTLEY_LOG_LIMIT   | MiB that are stored of one other co-op's log      |

Each variable may be given as NAME_FILE too, naming a file that holds the value.
"""

import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec

from node.errors import UserFault
from protocol import limits
from protocol.roster.identity import ADDRESS_FORM

FILE: Final = "wortley.toml"
_LISTEN: Final = re.compile(r"(\[[0-9a-fA-F:]+\]|[^\s:\[\]]+):([0-9]{1,5})")

_PORT_MOST: Final = 65535
#: How much of a setting an answer repeats.
_REPEATED: Final = 80

AddressClass = Literal["loopback", "private", "global"]
#: Of one log. A co-op of fifty that writes all day fills a tenth of it in ten years; a
#: stolen key that fills it leaves room on the disk for the logs of the others.
LOG_MIB: Final = 2048
KEYS: Final = ("name", "listen", "public_url", "dial", "log_limit")


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one node."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NAME_CHARS)]
    listen: str
    public_url: str = ""
    dial: tuple[AddressClass, ...] = ()
    log_limit: Annotated[int, msgspec.Meta(ge=1)] = LOG_MIB

    @property
    def host(self) -> str:
        """The host to listen on, without brackets."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port to listen on."""
        return int(self.listen.rpartition(":")[2])

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where peers reach this node: the public URL, or nowhere."""
        return (self.public_url.rstrip("/"),) if self.public_url else ()

    def address_classes(self) -> frozenset[AddressClass]:
        """Say what this node dials: the classes it listens on, and what was added."""
        return frozenset({*self.dial, *_classes_of(self.host)})


def _classes_of(host: str) -> frozenset[AddressClass]:
    if host == "localhost":
        return frozenset({"loopback"})
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return frozenset({"private", "global"})
    if address.is_loopback:
        return frozenset({"loopback"})
    if address.is_unspecified:
        return frozenset({"private", "global"})
    return frozenset({"private"}) if address.is_private else frozenset({"global"})


def check(config: Config) -> Config:
    """Refuse settings that cannot work, naming the field and an example."""
    found = _LISTEN.fullmatch(config.listen)
    if found is None or int(found[2]) > _PORT_MOST:
        expected = f"HOST:PORT, with a port up to {_PORT_MOST}"
        raise _wrong("listen", config.listen, expected, "127.0.0.1:8750")
    if config.public_url and not _is_address(config.public_url):
        expected = "an http or https URL without a path"
        raise _wrong("public_url", config.public_url, expected, "https://alba.example")
    name, most = config.name, limits.NAME_CHARS
    if not name.strip() or not name.isprintable() or len(name) > most:
        raise _wrong("name", name, f"1 to {most} printable characters", "Alba")
    return config


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        # Reading the port refuses one that there cannot be.
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return (
        named
        and parts.path in {"", "/"}
        and re.match(ADDRESS_FORM, url.removesuffix("/")) is not None
        and len(url) <= limits.ADDRESS_CHARS
    )


def _wrong(field: str, value: str, expected: str, example: str) -> UserFault:
    shown = value if len(value) <= _REPEATED else f"{value[:_REPEATED]}…"
    return UserFault(
        code="setting-wrong",
        detail=f"{field}: {shown!r} is not {expected}.",
        way_out=f"For example: {example}",
        field=field,
        expected=expected,
        example=example,
    )


def load(data: Path, environ: Mapping[str, str] = os.environ) -> Config:
    """Read the settings of a data folder; raises `UserFault` naming what is wrong."""
    path = data / FILE
    try:
        found: dict[str, object] = dict(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise UserFault(
            code="not-initialised",
            detail=f"There is no node in {data} yet.",
            way_out="Make one with `wortley init --name NAME --listen HOST:PORT`.",
            folder=str(data),
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserFault(
            code="setting-unreadable",
            detail=f"{path} cannot be read: {error}.",
            way_out="Mend the file; `wortley init` in a fresh folder shows its form.",
        ) from error
    for key in KEYS:
        given = _from_environment(f"WORTLEY_{key.upper()}", environ)
        if given is not None:
            found[key] = _READ.get(key, str)(given)
    try:
        return check(msgspec.convert(found, Config))
    except msgspec.ValidationError as error:
        raise UserFault(
            code="setting-wrong",
            detail=f"{path}: {error}.",
            way_out=f"Mend it; the known keys are {', '.join(KEYS)}.",
        ) from error


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() else text


_READ: Final[Mapping[str, Callable[[str], object]]] = {
    "dial": _words,
    "log_limit": _number,
}


def _from_environment(name: str, environ: Mapping[str, str]) -> str | None:
    if name in environ:
        return environ[name]
    path = environ.get(f"{name}_FILE")
    return None if path is None else Path(path).read_text("utf-8").strip()


def write(data: Path, config: Config) -> None:
    """Write the settings of a new node."""
    lines = [
        "# Settings of this Wortley node; the environment (WORTLEY_LISTEN, say) wins.",
        f"name = {_toml(config.name)}",
        f"listen = {_toml(config.listen)}",
        "# Where peers reach this node. Empty: it takes part by pulling and pushing.",
        f"public_url = {_toml(config.public_url)}",
        "",
    ]
    (data / FILE).write_text("\n".join(lines), encoding="utf-8")


def _toml(text: str) -> str:
    # A JSON string of printable text is a TOML basic string.
    return msgspec.json.encode(text).decode()
