from pathlib import Path

from node.commands.table import COMMANDS
from tests.node.commands.nodes import Coop, check_refusals, refused, share, tell_nobody

WEEKS = {"starts": "2026-01-05", "ends": "2026-03-29"}


async def test_the_newest_events_come_last(two: list[Coop]) -> None:
    alba, birch = two
    for minutes in range(1, 31):
        await alba.ask("capacity.offer", skill="web", minutes=minutes, **WEEKS)
    await share(two)
    shown = await birch.ask("log.show", coop="Alba")
    assert (shown["coop"], shown["name"], shown["events"]) == (alba.id, "Alba", 31)
    assert [row["seq"] for row in shown["rows"]] == list(range(12, 32))
    last = shown["rows"][-1]
    assert last["kind"] == "capacity.offered"
    assert last["line"] == ("offers 30 min a week of web from 2026-01-05 to 2026-03-29")
    assert (last["verdict"], last["reason"]) == ("in force", "")
    assert last["time"] == "2023-11-14T22:13:20Z"
    assert len((await birch.ask("log.show", coop="Alba", last=1000))["rows"]) == 31
    (only,) = (await birch.ask("log.show", last=1))["rows"]
    assert only["kind"] == "profile.set"
    await check_refusals(
        birch,
        [
            ("log.show", {"last": 0}, "field-wrong", "last"),
            ("log.show", {"last": 1001}, "field-wrong", "last"),
            ("log.show", {"coop": "Elm"}, "coop-unknown", "coop"),
        ],
    )


async def test_a_rebuild_gives_the_same_root(two: list[Coop]) -> None:
    alba, _ = two
    await alba.ask("lead.open", title="Website")
    before = await alba.ask("status")
    rebuilt = await alba.ask("rebuild")
    assert rebuilt == {"events": 3, "root": before["root"]}
    assert await alba.ask("status") == before
    assert (await alba.ask("lead.list"))["leads"][0]["title"] == "Website"


async def test_long_commands_tell_how_far_they_are(two: list[Coop]) -> None:
    alba, _ = two
    for name in ("verify", "rebuild"):
        told: list[tuple[int, int | None, str]] = []
        command = COMMANDS[name]
        assert command.long
        await command.run(
            alba.node, command.args(), lambda *args, told=told: told.append(args)
        )
        assert told[-1][0] == told[-1][1] == 2
    tell_nobody(0, None, "")


async def test_an_export_replaces_no_file_by_itself(
    two: list[Coop], tmp_path: Path
) -> None:
    alba, _ = two
    path = tmp_path / "network.wortley"
    first = await alba.ask("log.export", path=str(path))
    written = path.read_bytes()
    await alba.ask("lead.open", title="Another")
    fault = await refused(alba, "log.export", path=str(path))
    assert (fault.code, fault.fields["field"]) == ("file-exists", "path")
    assert "--force" in fault.way_out
    assert path.read_bytes() == written
    again = await alba.ask("log.export", path=str(path), force=True)
    assert again["events"] == first["events"] + 1
    assert path.read_bytes() != written
