"""What went wrong: in words, as JSON, and as the number that the command exits with."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from node.cli import faults, root
from node.cli.progress import Tell
from node.cli.session import Session
from node.errors import OurFault, UserFault, WorldFault
from tests.node.cli.caller import DATA, Node, wortley

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

ROOT: Final = Path(__file__).resolve().parents[3]

USER: Final = UserFault(
    code="not-yours",
    detail="lead: it is\n\x1b[2JBeam's.",
    way_out="Ask Beam.",
    field="x",
)
REPORT: Final = "Please report it, with what it prints if WORTLEY_DEBUG=1 is set.\n"
ERRORS: Final[list[tuple[Exception, int, str, str]]] = [
    (USER, 2, "not-yours", "Error: lead: it is \ufffd[2JBeam's.\nAsk Beam.\n"),
    (
        WorldFault(code="disk-full", detail="The disk is full."),
        3,
        "disk-full",
        "Error: The disk is full.\n",
    ),
    (OurFault(code="oops", detail="Broken."), 4, "oops", "Error: Broken.\n"),
    (
        PermissionError(13, "Permission denied", "/data"),
        3,
        "system",
        "Error: /data: Permission denied.\n",
    ),
    (
        ExceptionGroup("several", [KeyError("a"), ExceptionGroup("b", [USER])]),
        2,
        "not-yours",
        "Error: lead: it is \ufffd[2JBeam's.\nAsk Beam.\n",
    ),
    (
        KeyError("lost"),
        1,
        "unexpected",
        "Error: This program made a mistake: KeyError('lost').\n" + REPORT,
    ),
]


@pytest.mark.parametrize(("error", "exit_code", "code", "words"), ERRORS)
def test_errors(
    error: Exception,
    exit_code: int,
    code: str,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = wortley("status", node=Node(status=error))
    assert (said.code, said.out) == (exit_code, "")
    assert capsys.readouterr().err == words
    said = wortley("status", "--json", node=Node(status=error))
    assert said.code == exit_code
    assert capsys.readouterr().err == ""
    shown = json.loads(said.out)["error"]
    assert shown.keys() == {"code", "detail", "way_out", "fields"}
    assert shown["code"] == code


def test_json_errors_keep_their_fields() -> None:
    error = json.loads(wortley("status", "--json", node=Node(status=USER)).out)
    assert error == {
        "error": {
            "code": "not-yours",
            "detail": USER.detail,
            "way_out": "Ask Beam.",
            "fields": {"field": "x"},
        }
    }


def test_a_traceback_only_on_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(faults.DEBUG, "1")
    wortley("status", node=Node(status=KeyError("lost")))
    assert "Traceback" in capsys.readouterr().err
    wortley("status", node=Node(status=USER))
    assert "Traceback" not in capsys.readouterr().err


#: What is typed -> what is said about it.
MISTAKES: Final = {
    "led list": "Error: No such command 'led'. (Did you mean one of: 'lead', ",
    "project lsit": "Error: No such command 'lsit'. Did you mean 'list'?",
    "lead list --sate open": "Error: No such option '--sate'.",
    "lead open": "Error: Missing option '--title'.",
    "lead show": "Error: Missing argument 'LEAD'.",
    "lead show a b": "Error: Got unexpected extra argument (b)",
    "key check": "Error: Missing argument 'WORD WORD WORD'.",
    "profile set --people many": "Error: --people: 'many' is not a whole number.",
    "log show --last 0": "Error: --last: 0 is not a whole number from 1 to 1000.",
    "lead import nowhere.json": "Error: Invalid value for 'FILE': File 'nowhere.json'",
    "wish set --wanted 60 --from 2027-W01 --to 2027-W02": "Error: --wanted: '60' is",
    "pledge work evt_a much": "Error: EFFORT: 'much' is not an amount of work",
    "capacity offer --skill a --per-week 3h --from soon --to later": "Error: --from: '",
}


@pytest.mark.parametrize("typed", MISTAKES)
def test_mistakes_exit_with_2_before_anything_is_asked(
    typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    node = Node()
    said = wortley(*typed.split(), node=node)
    first, *more = capsys.readouterr().err.splitlines()
    assert (said.code, said.out, node.asked) == (2, "", [])
    assert first.startswith(MISTAKES[typed])
    assert len(more) == 1
    assert "--help` shows more." in more[0] or "For example: " in more[0]


def test_mistakes_as_json() -> None:
    for typed in (["lead", "open", "--json"], ["--json", "lead", "open"]):
        said = wortley(*typed)
        assert said.code == 2
        assert json.loads(said.out)["error"]["code"] == "usage"
    said = wortley("pledge", "work", "evt_a", "much", "--json")
    assert json.loads(said.out)["error"]["fields"]["field"] == "minutes"


#: What is typed -> what is named, as the node and as people call it; what is expected.
WANTED: Final = {
    "lead open": ("title", "--title", "TEXT"),
    "lead show": ("lead", "LEAD", "TEXT"),
    "lead list --sate open": ("--sate", "--sate", None),
    "lead list --coop a --coop b": ("--coop", "--coop", None),
    "profile set --people many": ("people", "--people", "a whole number"),
    "log show --last 0": ("last", "--last", "a whole number from 1 to 1000"),
    "booking set --probability 150": (
        "probability",
        "--probability",
        "a whole number from 1 to 100",
    ),
    "consortium find evt_a --aim best": (
        "aim",
        "--aim",
        "one of fewest, fairest, cheapest",
    ),
    "lead import nowhere.json": ("path", "FILE", "a file that is there"),
    "round show": ("round", "ROUND", "ROUND"),
    "lead open --title a --need a:1": (
        "requirements",
        "--need",
        "an amount of work in minutes, hours, days, weeks",
    ),
    "wish set --wanted 60h --from soon --to 2027-W02": (
        "starts",
        "--from",
        "a date (or an ISO week)",
    ),
}


@pytest.mark.parametrize("typed", WANTED)
def test_mistakes_name_field_expectation_and_example(typed: str) -> None:
    fields = json.loads(wortley(*typed.split(), "--json").out)["error"]["fields"]
    named = (fields["field"], fields["option"], fields.get("expected"))
    assert named == WANTED[typed]
    family, name = typed.split()[:2]
    if fields["option"] not in ("--need", "--from"):
        assert fields["example"].startswith(f"wortley {family} {name}")


def test_a_command_that_there_is_not_has_no_fields() -> None:
    error = json.loads(wortley("led", "list", "--json").out)["error"]
    assert (error["code"], error["fields"]) == ("usage", {})


def test_alone_it_prints_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert wortley().code == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Usage: wortley [OPTIONS] [COMMAND]")
    for code, meaning in faults.CODES:
        assert f"{code}  {meaning}" in shown
    assert wortley("--help").code == 0
    assert wortley("-h").code == 0
    assert capsys.readouterr().out == shown * 2


def test_a_family_alone_prints_its_help_as_a_mistake(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert wortley("lead").code == 2
    assert capsys.readouterr().err.startswith("Usage: wortley lead [OPTIONS] COMMAND")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert wortley("--version").code == 0
    assert capsys.readouterr().out.startswith("wortley 0.")


def test_interrupts_exit_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert wortley("status", node=Node(status=KeyboardInterrupt())).code == 130
    assert capsys.readouterr().err.startswith("Interrupted.")


class Closed(io.StringIO):
    """A pipe whose reader has gone."""

    @override
    def flush(self) -> None:
        raise BrokenPipeError


def test_a_broken_pipe_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moved: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "dup2", lambda old, new: moved.append((old, new)))
    with Path(os.devnull).open("w") as nowhere:
        monkeypatch.setattr(sys, "stdout", nowhere)
        assert wortley("status", out=Closed()).code == faults.BROKEN_PIPE
        assert [new for _, new in moved] == [nowhere.fileno()]
    os.close(moved[0][0])
    assert capsys.readouterr().err == ""


# -- as a process ----------------------------------------------------------------------


def start(*argv: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "WORTLEY_DATA"}
    return subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "node", *argv],
        cwd=ROOT,
        env={**env, "PYTHONPATH": str(ROOT), **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_exits_as_it_says(tmp_path: Path) -> None:
    done = start("--data", str(tmp_path / "none"), "status")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: There is no node in ")
    assert start("--version").returncode == 0


def test_a_pipe_that_breaks() -> None:
    code = (
        "import sys, node.cli.root as m, node.cli.session as s\n"
        "s.call_node = lambda *_: {'name': 'x' * 10_000_000}\n"
        "sys.exit(m.run(['status', '--json'], s.Session(caller=s.call_node)))\n"
    )
    reader = subprocess.Popen(["head", "-c", "1"], stdin=subprocess.PIPE, stdout=-3)  # noqa: S607 - any head will do
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=reader.stdin,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    assert reader.stdin is not None
    reader.stdin.close()
    reader.wait(10)
    assert (done.returncode, done.stderr) == (faults.BROKEN_PIPE, "")


def test_ctrl_c_while_a_node_is_asked(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as hanging:
        hanging.bind(str(tmp_path / "wortley.sock"))
        hanging.listen()
        asking = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "node", "--data", str(tmp_path), "status"],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        hanging.settimeout(60)
        with hanging.accept()[0] as asked:
            asked.recv(1)
            asking.send_signal(signal.SIGINT)
            _, said = asking.communicate(timeout=60)
    assert asking.returncode == faults.INTERRUPTED
    assert said == "Interrupted. A running node finishes what it has begun.\n"


def test_a_terminal_without_the_characters_gets_escapes(tmp_path: Path) -> None:
    done = start(
        "--data",
        str(tmp_path / "né"),
        "status",
        PYTHONIOENCODING="ascii",
        PYTHONUTF8="0",
    )
    assert "n\\xe9" in done.stderr
    assert done.returncode == 2


# -- options for all -------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["--data over/here status", "status --data over/here"]
)
def test_data_before_and_after(typed: str) -> None:
    seen: list[Path] = []

    def caller(
        data: Path, _name: str, _args: Mapping[str, object], _tell: Tell
    ) -> object:
        seen.append(data)
        return {}

    session = Session(caller=caller, data=DATA)
    assert root.run(typed.split(), session) == 0
    assert seen == [Path("over/here")]


# -- streams -------------------------------------------------------------------------

#: What is behind the command -> exit code, what standard error says.
STREAMS: Final = {
    ">&-": (2, "Standard output is closed, so nothing is done"),
    ">&- 2>&-": (2, ""),
    "2>&-": (2, ""),
    "<&-": (2, "There is no node in"),
    ">/dev/full": (2, "There is no node in"),
    "--json >/dev/full": (2, ""),
    "--help >/dev/full": (3, "No space left on device"),
}


@pytest.mark.parametrize("behind", STREAMS)
def test_streams_that_take_nothing(behind: str, tmp_path: Path) -> None:
    code, says = STREAMS[behind]
    command = f"{sys.executable} -m node --data {tmp_path} lead list {behind}"
    ran = subprocess.run(  # noqa: S602 - the shell closes the streams
        command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == code
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Exception" not in ran.stderr
