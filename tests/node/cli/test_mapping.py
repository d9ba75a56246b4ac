"""Typing is asking: the table in mapping/ holds, and it is complete."""

import importlib
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import msgspec
import pytest

from node.cli import naming
from node.cli.form import Leaf
from node.cli.root import ROOT, SECTIONS
from node.commands.table import COMMANDS
from tests.node.cli.caller import Node, wortley
from tests.node.cli.mapping import MAPPING

#: Subcommands that ask no command of the node, or do it otherwise: test_start.
OTHERS: Final = {"init", "up", "demo", "api document"}
ANSWERS: Final = {
    # A working day of eight hours, a project in euros.
    "profile__show": {"day": 480},
    "project__show": {"goal": {"amount": "9000.00", "currency": "EUR"}},
    "verify": {"ok": True},
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "FILE").touch()
    return (tmp_path / "FILE").resolve()


@pytest.mark.parametrize("typed", MAPPING)
def test_what_is_typed_is_what_is_asked(typed: str, file: Path) -> None:
    name, args = MAPPING[typed]
    if "path" in args:
        args = {**args, "path": str(file)}
    node = Node(**ANSWERS)
    said = wortley(*shlex.split(typed), node=node)
    assert said.code == 0
    assert node.asked[-1] == (name, args)
    # Beside it, nothing is asked but what days and currencies need.
    assert {one for one, _ in node.asked[:-1]} <= {"profile.show", "project.show"}


@pytest.mark.parametrize("typed", MAPPING)
def test_the_node_takes_what_is_asked(typed: str) -> None:
    name, args = MAPPING[typed]
    command = COMMANDS.get(name)
    assert command is not None, f"the node has no command {name}"
    sent = msgspec.json.encode(args)
    decoded = msgspec.json.decode(sent, type=command.args)
    known = {field.encode_name for field in msgspec.structs.fields(type(decoded))}
    assert args.keys() <= known


def leaves(
    group: click.Group = ROOT, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from leaves(one, (*path, name))
        else:
            yield " ".join((*path, name)), one


def test_every_subcommand_is_in_the_table() -> None:
    missing = [
        path
        for path, _ in leaves()
        if path not in OTHERS
        and not any(typed == path or typed.startswith(f"{path} ") for typed in MAPPING)
    ]
    assert not missing


def test_every_command_of_the_node_can_be_typed() -> None:
    assert COMMANDS.keys() <= {name for name, _ in MAPPING.values()}


def test_every_option_is_in_the_table() -> None:
    missing = [
        f"{path} {option.opts[0]}"
        for path, command in leaves()
        if path not in OTHERS
        for option in command.params
        if isinstance(option, click.Option)
        and option.opts[0] not in {"--data", "--json"}
        and not any(
            typed.startswith(path) and option.opts[0] in shlex.split(typed)
            for typed in MAPPING
        )
    ]
    # Told by their siblings, which share the decorator.
    terms = "description buyer link want deadline from to"
    shared = {f"lead change --{option}" for option in terms.split()}
    shared |= {f"pledge {verb} --note" for verb in ("withdraw", "release")}
    shared |= {"pledge withdraw --reason", "acceptance withdraw --note"}
    assert set(missing) == shared


def test_every_argument_of_the_node_has_a_name_that_people_know() -> None:
    missing = [
        f"{path}: {argument}"
        for path, command in leaves()
        if isinstance(command, Leaf)
        for typed, (name, _) in MAPPING.items()
        if typed == path or typed.startswith(f"{path} ")
        for argument in msgspec.structs.fields(COMMANDS[name].args)
        if argument.encode_name != "key"
        and not any(
            argument.encode_name in naming.fed_by(param, command.feeds)
            for param in command.params
        )
    ]
    assert not missing


def test_sections_list_every_command_once() -> None:
    listed = [one.name for _, commands in SECTIONS for one in commands]
    assert sorted(ROOT.commands) == sorted(name or "" for name in listed)


@pytest.mark.parametrize("path", [path for path, _ in leaves()])
def test_help_has_examples_that_are_understood(
    path: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = dict(leaves())[path]
    assert isinstance(command, Leaf)
    assert wortley(*path.split(), "--help").code == 0
    shown = capsys.readouterr().out
    assert "Example" in shown
    assert max(map(len, shown.splitlines())) <= 96
    if path in OTHERS:
        return
    for example in shown.partition("Example")[2].replace("\\\n", " ").splitlines()[1:]:
        words = shlex.split(example)
        if not words:
            continue
        assert words[0] == "wortley"
        named = [Path(one).name for one in words[1:]]
        for one in named:
            if one.endswith((".json", ".log", ".txt", ".csv")):
                (file.parent / one.removeprefix("@")).touch()
        node = Node(**ANSWERS)
        answer = wortley(*words[1:], node=node)
        assert answer.code in (0, 2)
        if answer.code == 2:
            # Only for a currency that the stand-in's project does not have.
            assert words[1:3] == ["pledge", "money"]


def test_days_are_as_long_as_the_profile_says_or_the_usual() -> None:
    typed = "capacity offer --skill a --per-week 2d --from 2027-W01 --to 2027-W02"
    node = Node()
    wortley(*typed.split(), node=node)
    assert node.asked[0] == ("profile.show", {})
    assert node.asked[1][1]["minutes"] == 900


def test_the_profile_is_asked_once_and_only_for_days() -> None:
    typed = "lead open --title a --need a:1d --need b:2d --need c:3h"
    node = Node(profile__show={"day": 420})
    wortley(*typed.split(), node=node)
    assert [name for name, _ in node.asked] == ["profile.show", "lead.open"]
    node = Node()
    wortley("lead", "open", "--title", "a", "--need", "a:3h", node=node)
    assert [name for name, _ in node.asked] == ["lead.open"]


def test_money_in_another_currency_than_the_project_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    node = Node(**ANSWERS)
    assert wortley("pledge", "money", "evt_k3f", "500GBP", node=node).code == 2
    assert [name for name, _ in node.asked] == ["project.show"]
    assert capsys.readouterr().err == (
        "Error: AMOUNT: '500 GBP' is not an amount in the project's currency, EUR.\n"
        "For example: 500 EUR\n"
    )


def test_two_currencies_in_one_project_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    typed = "project open --title a --goal 500GBP --minimum 300EUR"
    assert wortley(*typed.split()).code == 2
    assert "--minimum: '300 EUR' is not in the same currency, GBP" in (
        capsys.readouterr().err
    )


def test_each_part_of_the_table_is_beside_what_it_maps() -> None:
    for path, command in leaves():
        home = getattr(command.callback, "__wrapped__", None)
        if path in OTHERS or home is None:
            continue
        file = home.__module__.rpartition(".")[2]
        table = importlib.import_module(f"tests.node.cli.mapping.{file}").MAPPING
        assert any(typed == path or typed.startswith(f"{path} ") for typed in table)
