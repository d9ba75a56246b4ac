"""The plan of the house, held: who may import whom, and what a file may be like.

Read from the source by `ast`, so that an import inside a function or under
TYPE_CHECKING counts as much as one at the top.
"""

import ast
import importlib.util
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("node", "protocol")

# A module of node/, from the ground up, and what of node/ it may import. `protocol` is
# open to all of them: cli -> run -> web, sync -> act -> ingest -> store -> protocol,
# and views -> store, protocol. What has no row yet may be imported by any, and may
# import what is UNLISTED; that there are no cycles holds for it, too.
GROUND: Final = "errors clock config folder journal"
KEYS: Final = f"{GROUND} keystore anchor"
OWN: Final = (
    f"{KEYS} store suspension signer pool ballots register folding proving sides"
    " closing news"
)
WORK: Final = f"{OWN} ingest act views joining peers"
OPEN: Final = f"{WORK} node"
UNLISTED: Final = (
    f"{OPEN} sealing sync exchange operate consortium steward resting ahead"
)
ALL: Final = f"{UNLISTED} web run commands control api serve"
NODE: Final = {
    "errors": "",
    "clock": "errors",
    "journal": "errors",
    "config": "errors clock",
    "folder": "errors clock config",
    "keystore": GROUND,
    "anchor": f"{GROUND} keystore",
    "store": GROUND,
    "signer": f"{KEYS} store",
    "pool": GROUND,
    "ballots": f"{KEYS} store signer pool",
    "suspension": f"{GROUND} store",
    "sides": f"{KEYS} store folding proving",
    "closing": f"{KEYS} store suspension folding sides",
    "register": f"{KEYS} store suspension signer pool ballots closing",
    "folding": f"{KEYS} store suspension",
    "proving": f"{KEYS} store folding",
    "news": "",
    "ingest": OWN,
    "act": f"{OWN} ingest",
    "peers": GROUND,
    # The solver: a lead as a flow, without opinions on where the figures come from.
    "consortium": "errors",
    "views": f"{GROUND} anchor store pool register closing peers consortium",
    "joining": f"{OWN} ingest act",
    # An open node: its parts together, without opinions on how it is reached.
    "node": f"{WORK} consortium",
    "sealing": OPEN,
    "run": OPEN,
    "sync": OPEN,
    "exchange": OPEN,
    "steward": OPEN,
    "resting": OPEN,
    "ahead": OPEN,
    "operate": f"{OPEN} sync exchange",
    "web": f"{OPEN} sync exchange operate",
    "bearer": "clock",
    "webhooks": f"{OPEN} sync",
    "commands": f"{UNLISTED} web run bearer webhooks",
    "control": f"{UNLISTED} web run commands",
    "api": f"{UNLISTED} web commands bearer",
    "serve": f"{UNLISTED} ahead web run commands control webhooks api",
    "demo": f"{UNLISTED} run control",
    "cli": f"{ALL} demo",
    "__main__": "cli",
}

# From the ground up: a file of protocol/ imports from its own row and those before it.
PROTOCOL: Final = (
    "errors limits verdicts",
    "canonical ids",
    "keys sealing kinds",
    "event log",
    "equivocation citing",
    "roster",
    "state",
    "rules",
    "fold",
    "joins",
    "wire export",
    "sync",
)

# What protocol/ cannot have: a network, storage, files, tasks, a clock, randomness, or
# the machine it runs on. They are arguments.
IMPURE: Final = """
    node
    aiohttp http select selectors socket socketserver ssl urllib.request
    aiosqlite sqlite3
    fileinput glob io.open mmap pathlib shutil tempfile
    asyncio concurrent multiprocessing queue sched threading
    time
    random secrets uuid
    getpass importlib.import_module locale logging os platform signal subprocess
"""
IMPURE_CALLS: Final = "open input print exec eval __import__"
IMPURE_METHODS: Final = "now utcnow today generate urandom"

MOST_LINES: Final = 500
EMPTY_NAMES: Final = "utils util helpers helper manager base common"


class Import(NamedTuple):
    file: Path
    line: int
    name: str

    def where(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.name}"

    def within(self, module: str) -> bool:
        return f"{self.name}.".startswith(f"{module}.")


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def part(file: Path) -> str:
    """What a file belongs to, below its package: `web` for node/web/routes.py."""
    return file.relative_to(ROOT).with_suffix("").parts[1]


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def imports(file: Path) -> Iterator[Import]:
    """Each imported name in full; a relative one begins with its dots."""
    for each in ast.walk(tree(file)):
        if isinstance(each, ast.Import):
            for alias in each.names:
                yield Import(file, each.lineno, alias.name)
        elif isinstance(each, ast.ImportFrom):
            start = "." * each.level + (each.module or "")
            for alias in each.names:
                yield Import(file, each.lineno, f"{start}.{alias.name}")


def within_package(package: str) -> Iterator[tuple[str, str, Import]]:
    """(importing part, imported part, where) for imports from one part to another."""
    for file in files(package):
        here = part(file)
        for found in imports(file):
            if not found.within(package) or found.name == package:
                continue
            there = found.name.split(".")[1]
            if there not in (here, "*"):
                yield here, there, found


def test_both_packages_come_from_this_folder() -> None:
    """Both names exist elsewhere, too; ours must win, and together."""
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        assert spec is not None, package
        found = spec.submodule_search_locations or []
        assert [Path(place).resolve() for place in found] == [ROOT / package]


def test_protocol_is_pure() -> None:
    wrong = [
        found.where()
        for file in files("protocol")
        for found in imports(file)
        if any(found.within(module) for module in IMPURE.split())
    ]
    assert not wrong, "\n".join(wrong)


def test_protocol_calls_nothing_impure() -> None:
    functions, methods = IMPURE_CALLS.split(), IMPURE_METHODS.split()
    wrong = []
    for file in files("protocol"):
        for each in ast.walk(tree(file)):
            match each:
                case ast.Call(func=ast.Name(id=name)) if name in functions:
                    pass
                case ast.Call(func=ast.Attribute(attr=name)) if name in methods:
                    pass
                case _:
                    continue
            wrong.append(f"{file.relative_to(ROOT)}:{each.lineno} calls {name}()")
    assert not wrong, "\n".join(wrong)


def test_protocol_is_layered() -> None:
    row = {name: i for i, names in enumerate(PROTOCOL) for name in names.split()}
    wrong = [
        found.where()
        for here, there, found in within_package("protocol")
        if here in row and there in row and row[there] > row[here]
    ]
    assert not wrong, "\n".join(wrong)


def test_node_imports_in_one_direction() -> None:
    wrong = [
        found.where()
        for here, there, found in within_package("node")
        if there in NODE and there not in NODE.get(here, UNLISTED).split()
    ]
    assert not wrong, "\n".join(wrong)


def test_there_are_no_cycles() -> None:
    for package in PACKAGES:
        graph: dict[str, set[str]] = {}
        for here, there, _ in within_package(package):
            graph.setdefault(here, set()).add(there)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = " -> ".join(reversed(error.args[1]))
            raise AssertionError(f"{package}: {circle}") from None


def test_imports_are_absolute() -> None:
    wrong = [
        found.where()
        for package in PACKAGES
        for file in files(package)
        for found in imports(file)
        if found.name.startswith(".")
    ]
    assert not wrong, "\n".join(wrong)


def test_the_second_implementation_is_independent() -> None:
    # Whatever verify.py reaches; the tests beside it build their worlds with ours.
    folder = ROOT / "tests" / "reference"
    reached, left = set[Path](), [folder / "verify.py"]
    while left:
        file = left.pop()
        if file in reached or not file.exists():
            continue
        reached.add(file)
        found = list(imports(file))
        assert not [
            one.where()
            for one in found
            if any(one.within(package) for package in PACKAGES)
        ]
        for one in found:
            parts = one.name.removeprefix("tests.reference.").split(".")
            for depth in range(1, len(parts) + 1):
                path = folder.joinpath(*parts[:depth])
                left += [path.with_suffix(".py"), path / "__init__.py"]


def test_no_file_is_too_long() -> None:
    wrong = []
    for package in PACKAGES:
        for file in files(package):
            lines = len(file.read_text("utf-8").splitlines())
            if lines > MOST_LINES:
                wrong.append(f"{file.relative_to(ROOT)} has {lines} lines")
    assert not wrong, "\n".join(wrong)


def test_every_module_name_says_something() -> None:
    wrong = [
        str(file.relative_to(ROOT))
        for package in PACKAGES
        for file in files(package)
        if not set(EMPTY_NAMES.split()).isdisjoint(
            file.relative_to(ROOT).with_suffix("").parts
        )
    ]
    assert not wrong, "\n".join(wrong)
