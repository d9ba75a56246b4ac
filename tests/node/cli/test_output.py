"""Answers as they are printed where no terminal is: aligned, plain, whole."""

import json
from typing import Final

import msgspec
import pytest
from click.testing import CliRunner

from node.cli import root
from node.cli.views import VIEWS, columns, done, lists, pages, programs, today
from node.commands import importing, network, tokens, webhooks
from node.commands.table import COMMANDS
from node.errors import UserFault
from node.views import (
    capacity,
    feed,
    leads,
    logs,
    pledges,
    profiles,
    projects,
    search,
    verify,
)
from node.views.drafts import DraftRow
from node.views.network import MemberRow, PeerRow, WaitingRow
from tests.node.cli import results
from tests.node.cli.caller import DATA, Node, Terminal, wortley


def shown(answer: object, *typed: str) -> str:
    name = ".".join(typed[:2]) if ".".join(typed[:2]) in COMMANDS else typed[0]
    node = Node(**{name.replace(".", "__"): answer})
    said = wortley(*typed, node=node)
    assert said.code == 0
    assert "\x1b" not in said.out
    assert all(line == line.rstrip() for line in said.out.splitlines())
    return said.out


def test_today() -> None:
    pledge = {
        "urgency": "asked",
        "sentence": 'Beam offers 10 h for "A \x1b[31mred\nherring".',
        "why": "Nothing is promised before.",
        "since": "2026-11-24T09:51:30Z",
        "command": "wortley pledge accept evt_r6m2hwdl",
    }
    answer = {"waiting": [{**pledge, "urgency": "due", "since": None}, pledge, pledge]}
    assert shown({**answer, "all": 5}, "today") == (
        "Due\n"
        '- Beam offers 10 h for "A \ufffd[31mred herring".\n'
        "  Nothing is promised before.\n"
        "  `wortley pledge accept evt_r6m2hwdl`\n"
        "\n"
        "Others wait for it\n"
        '- Beam offers 10 h for "A \ufffd[31mred herring". (since 2026-11-24 09:51)\n'
        "  Nothing is promised before.\n"
        "  `wortley pledge accept evt_r6m2hwdl`\n"
        '- Beam offers 10 h for "A \ufffd[31mred herring". (since 2026-11-24 09:51)\n'
        "  Nothing is promised before.\n"
        "  `wortley pledge accept evt_r6m2hwdl`\n"
        "\n"
        "2 more: `wortley today --most 5`.\n"
    )
    nothing = shown({"waiting": [], "all": 0}, "today")
    assert nothing.startswith("Nothing waits for this co-op.")


def test_search() -> None:
    hit = {
        "short": "evt_rdc65mqd",
        "family": "lead",
        "state": "open",
        "name": "Alba",
        "title": "Booking site",
        "snippet": "A site for the market hall",
        "hits": [[2, 6], [15, 21]],
    }
    assert shown({"hits": [hit], "behind": 1200}, "search", "site market") == (
        "ID            What  State  Co-op  Title         Where\n"
        "evt_rdc65mqd  lead  open   Alba   Booking site"
        "  A *site* for the *market* hall\n"
        "\n"
        "1,200 events are still to be looked through; ask again soon.\n"
    )
    assert shown({"hits": [], "behind": 0}, "search", "web") == "Nothing has web.\n"


def test_leads() -> None:
    second = {
        **results.LEAD_ROW,
        "short": "evt_aaaaaaaa",
        "title": "A \x1b[31mred\nherring\u202e",
        "state": "passed-on",
        "value": None,
        "deadline": None,
    }
    answer = {"leads": [results.LEAD_ROW, second], "drafts": []}
    assert shown(answer, "lead", "list") == (
        "ID            State      Title                             Co-op"
        "  Deadline            Value  Wanted  Offered  Missing  Skills\n"
        "evt_rdc65mqd  open       Booking site for Bridport Market  Alba "
        "  2026-12-11  42,000.00 GBP   304 h     96 h    304 h"
        "  python, design\n"
        "evt_aaaaaaaa  passed-on  A \ufffd[31mred herring\ufffd               Alba "
        "                              304 h     96 h    304 h"
        "  python, design\n"
    )


def test_a_lead_without_an_effort_does_not_look_covered() -> None:
    row = {**results.LEAD_ROW, "wanted": 0, "missing": 0}
    said = shown({"leads": [row]}, "lead", "list")
    assert "not said" in said
    ranked = {"short": "evt_rdc65mqd", "title": "A site", "wanted": 0, "share": 0}
    rows = [{**ranked, "days": -638}, {**ranked, "days": -1}, {**ranked, "days": 3}]
    said = shown({"ranking": rows}, "lead", "rank")
    assert said.count("not said") == 3
    assert "0 %" not in said
    assert "closed 638 days ago" in said
    assert "closed yesterday" in said
    assert "-" not in said


@pytest.mark.parametrize(
    ("minutes", "hours"), [(450, "8"), (1350, "23"), (1349, "22"), (29, "0"), (0, "·")]
)
def test_half_hours_of_a_calendar_are_rounded_up(minutes: int, hours: str) -> None:
    week = {"week": "2027-W01", "offered": 2400, "free": minutes}
    rows = [{"name": "Alba", "skill": "web", "weeks": [week]}]
    answer = {"coops": rows, "skills": rows, "mondays": ["2027-01-04"]}
    said = shown(answer, "calendar", "show")
    assert f"web    {hours:>3}" in said


def test_a_notice_that_others_won_is_not_said_to_be_lost() -> None:
    row = {**results.LEAD_ROW, "state": "lost"}
    states = [{**row, "noticed": True}, {**row, "noticed": False}]
    said = shown({"leads": states}, "lead", "list").splitlines()[1:]
    assert "awarded to others" in said[0]
    assert " lost " in said[1]


DRAFT: Final = {
    "process": "ocds-b5fd17-0a1b2c3d4e5f",
    "short": "ocds-b5fd17-0a1b2c3d",
    "title": "A tender",
    "buyer": "Dorset",
    "value": {"amount": "1200000.00", "currency": "GBP"},
    "deadline": "2026-12-11",
    "past": False,
    "state": "open",
    "lead": None,
    "changed": False,
}


def test_drafts() -> None:
    late = {**DRAFT, "short": "ocds-b5fd17-1", "past": True, "value": None}
    won = {**DRAFT, "short": "ocds-b5fd17-2", "state": "lost", "deadline": None}
    newer = {**DRAFT, "short": "ocds-b5fd17-3", "lead": "evt_rdc65mqd", "changed": True}
    kept = {**newer, "title": "Not shown", "changed": False}
    answer = {"leads": [], "drafts": [DRAFT, late, won, newer, kept]}
    assert shown(answer, "lead", "list", "--drafts") == (
        "Drafts, which only this node has\n"
        "Process               Title     Buyer              Value  Deadline  "
        "  Too late\n"
        "ocds-b5fd17-0a1b2c3d  A tender  Dorset  1,200,000.00 GBP  2026-12-11\n"
        "ocds-b5fd17-1         A tender  Dorset                    2026-12-11"
        "  deadline past\n"
        "ocds-b5fd17-2         A tender  Dorset  1,200,000.00 GBP            "
        "  awarded to others\n"
        "2 of them are too late to bid for. Publish one: `wortley lead publish"
        " PROCESS`.\n"
        "\n"
        "Published, and changed by their notice since\n"
        "Process        Title     Lead\n"
        "ocds-b5fd17-3  A tender  evt_rdc65mqd\n"
        "Bring one up to date: `wortley lead publish PROCESS`.\n"
    )


@pytest.mark.parametrize(
    ("drafts", "said"),
    [
        ([{**DRAFT, "past": True}], "It is too late to bid for. Publish one:"),
        ([DRAFT, {**DRAFT, "past": True}], "One of them is too late to bid for."),
        ([{**DRAFT, "lead": "evt_rdc65mqd"}], "all that was imported is published"),
        ([], "No drafts. Import tenders with"),
    ],
)
def test_what_is_said_of_drafts(drafts: list[dict[str, object]], said: str) -> None:
    assert said in shown({"leads": [], "drafts": drafts}, "lead", "list", "--drafts")


def test_one_lead() -> None:
    assert shown(results.LEAD_PAGE, "lead", "show", "evt_rdc") == (
        "Booking site for Bridport Market\n"
        "ID        evt_rdc65mqd\n"
        "Co-op     Alba\n"
        "State     open\n"
        "Buyer     Bridport Town Council\n"
        "Value     42,000.00 GBP\n"
        "Deadline  2026-12-11\n"
        "When      2027-01-04 to …\n"
        "CPV       72200000\n"
        "\n"
        "Stallholders book a place.\n"
        "\n"
        "By phone, too.\n"
        "\n"
        "What is needed\n"
        "Line  Skill   Must  When                           Wanted  Offered  Accepted"
        "  Committed      Missing\n"
        "1     python  yes   2027-01-04 to 2027-03-26        240 h     96 h      80 h"
        "        0 h        240 h\n"
        "2     design  no                              64 h 30 min      0 h       0 h"
        "        0 h  64 h 30 min\n"
        "\n"
        "Pledges\n"
        "ID            Standing  From  Line  Skill   Amount    Of"
        "  Rate                       Note\n"
        "evt_r6m2hwdl  accepted  Beam  1     python    80 h  96 h"
        "  600.00 GBP per 7 h 30 min  From home, if that is fine\n"
        "\n"
        "Pledge work: `wortley pledge work evt_rdc65mqd EFFORT`.\n"
    )


def test_pledges() -> None:
    answer = {"pledges": [results.PLEDGE_ROW, results.MONEY_ROW]}
    assert shown(answer, "pledge", "list").partition("\n")[2] == (
        "evt_r6m2hwdl  accepted  Beam  Alba  Booking site for Bridport Market  1   "
        "  python          80 h  96 h  600.00 GBP per 7 h 30 min"
        "  From home, if that is fine\n"
        "evt_m6m2hwdl  offered   Beam  Alba  Shared hosting                        "
        "          1,500.00 GBP\n"
    )


def test_status() -> None:
    assert shown(results.STATUS, "status") == (
        "Alba (coop_k3fw72qaaaaa)\n"
        "Node     running\n"
        "Network  Bridport Co-ops\n"
        "Members  2 (block 12)\n"
        "Events   12345\n"
        "State    b6e0326e3bf83b09\n"
        "\n"
        "Other nodes\n"
        "Co-op  Address               Last contact             In sync  Same state\n"
        "Beam   https://beam.example  2026-11-24 09:51:30 UTC  yes      ?\n"
        "\n"
        "Waiting for you\n"
        "- 2 invoices to look at, 1 decision to vote on: `wortley today`.\n"
    )


def test_status_without_a_running_node() -> None:
    said = shown({**results.STATUS, "running": False}, "status")
    line = "Node     not running; this is what its folder holds. Start it: `wortley up`"
    assert said.splitlines()[1] == line


def test_explanations() -> None:
    assert shown(results.EXPLAINED, "explain", "evt_rdc") == (
        "Booking site\n"
        f"Lead   {results.LEAD}\n"
        "Co-op  Alba (coop_k3fw72qaaaaa)\n"
        "State  open\n"
        "\n"
        "The event\n"
        "No.  ID            Written (UTC)     Verdict   What\n"
        "6    evt_rdc65mqd  2026-11-24 09:51  in force  opens a lead\n"
        "\n"
        "What it did\n"
        "- It opened a lead.\n"
        "\n"
        "What others make of it\n"
        "- Line 1: 240 h wanted.\n"
        "\n"
        "What it names\n"
        '- evt_aaaa is the lead "Site" of Beam.\n'
        "\n"
        "Title\n"
        "Booking site\n"
        "\n"
        "Description\n"
        "(not here yet)\n"
        "\n"
        "Its history\n"
        "No.  ID            Written (UTC)     Verdict  What          Why\n"
        "6    evt_rdc65mqd  2026-11-24 09:51  void     opens a lead  Because\n"
        "The log is longer than what was looked through.\n"
    )


@pytest.mark.parametrize(
    ("typed", "answer", "says"),
    [
        ("lead list", {"leads": []}, "No leads yet. Open one with `wortley lead open"),
        ("lead list --state won", {"leads": []}, "No such leads. Without --state"),
        ("lead list --drafts", {"leads": []}, "No drafts. Import tenders with"),
        ("project list", {"projects": []}, "No projects yet. Put one up: `wortley"),
        ("capacity list", {"offers": []}, "No capacity is offered yet. Offer some:"),
        (
            "capacity list --skill rust",
            {"offers": []},
            "under which skills. Offer some: `wortley capacity offer --skill rust",
        ),
        ("capacity list --coop Beam", {"offers": []}, "capacity is offered by Beam."),
        ("booking list", {"bookings": []}, "No bookings yet. Note time that you"),
        ("booking list --coop Beam", {"bookings": []}, "No such bookings. Without"),
        ("wish list Beam", {"wishes": []}, "No such wishes. `wortley wish list`"),
        ("project list --state done", {"projects": []}, "No such projects. Without"),
        ("wish list", {"wishes": []}, "No wishes yet. Say how busy you wish to be:"),
        ("pledge list", {"pledges": []}, "No such pledges. Pledge work to a lead"),
        ("commitments", {"commitments": []}, "No commitments yet. One comes of a"),
    ],
)
def test_empty_lists_say_what_to_do(typed: str, answer: object, says: str) -> None:
    assert says in shown(answer, *typed.split())


#: What is typed -> the answer -> the words that are said.
DONE: Final = {
    "lead open --title a": (
        {"id": results.LEAD},
        "The lead is open (evt_rdc65mqdnz5v).",
    ),
    "pledge confirm evt_a": ({"id": "evt_b"}, "Confirmed: this co-op is committed"),
    "join word": (
        {"state": "applied", "network": "North", "approvals": 1, "needed": 2},
        "Applied for membership of North: 1 of 2 approvals so far.",
    ),
    "join word2": ({"state": "member", "network": "North"}, "is a member of North."),
    "approve Beam": (
        {"name": "Beam", "approvals": 1, "needed": 2, "by": ["Alba"]},
        (
            "Approved the application of Beam: 1 of 2 approvals so far (Alba).\n"
            "1 more elector has to approve it from their own nodes, where"
        ),
    ),
    "approve BEAM": (
        {"name": "Beam", "approvals": 1, "needed": 3, "done": False},
        "2 more electors have to approve it",
    ),
    "approve bEAM": (
        {"name": "Beam", "approvals": 2, "needed": 2, "done": False},
        "That is enough. The secretary's node puts it into the register",
    ),
    "elector on Beam": (
        {"name": "Beam", "approvals": 2, "needed": 2, "done": False, "agreed": False},
        "It has to agree itself, on its own node: `wortley elector on`.",
    ),
    "members": (
        {
            "members": [
                {"coop": results.ALBA, "name": "Alba", "state": "member"},
                {
                    "coop": results.BEAM,
                    "name": "Beam",
                    "state": "applied",
                    "approvals": 1,
                    "needed": 2,
                    "approved_by": ["Alba"],
                },
            ]
        },
        "Beam   applied  1 of 2     Alba\n\nElectors approve, each from its own node",
    ),
    "lead publish ocds-1": (
        {"id": results.LEAD, "state": "open"},
        "The lead is open (evt_rdc65mqdnz5v). See it: `wortley lead show",
    ),
    "lead publish ocds-2": (
        {"id": results.LEAD, "state": "lost"},
        (
            "The lead is published (evt_rdc65mqdnz5v), but nothing can be pledged to"
            " it: its notice says that the contract was awarded to others.\nNotices"
        ),
    ),
    "lead publish ocds-3": (
        {"id": results.LEAD, "state": "won"},
        "the contract is awarded to this co-op.\n",
    ),
    "approve beam": ({"name": "Beam", "done": True}, "Beam is a member now."),
    "elector on": ({"name": "Alba", "done": True}, "Alba is an elector now."),
    "key check a b c": ({"checked": True}, "this node may publish now."),
    "network confirm": ({"number": 12}, "The register stands at block 12."),
    "network create --name N": ({"name": "N"}, "The network is founded."),
    "network show": ({"name": "N", "currency": "GBP"}, "N\nCurrency  GBP\n"),
    "project show evt_a": (
        {"title": "Hosting", "short": "evt_a", "state": "open"},
        "Hosting\nID     evt_a\nState  open\n\nPledge: `wortley pledge money evt_a",
    ),
    "log show": (
        {"name": "Alba", "events": 9, "rows": [results.EVENT_ROW]},
        "The log of Alba: 1 of 9 events\nNo.  ID ",
    ),
    "log export FILE": (
        {"path": "/tmp/x", "events": 1, "root": "ab"},  # noqa: S108 - only shown
        "Written to /tmp/x: 1 event.\nRoot  ab\n",
    ),
    "rebuild": ({"events": 1234, "root": None}, "anew from 1,234 events.\n"),
    "verify": (
        {"ok": True, "blocks": 1, "logs": 2, "runs": 3, "events": 4, "texts": 5}
        | {"missing_texts": 1, "root": "ab"},
        "3 runs, 4 events, 5 texts.\nNot arrived yet: 1 text.\n",
    ),
}


@pytest.mark.parametrize("typed", DONE)
def test_what_is_said_once_it_is_done(typed: str) -> None:
    answer, says = DONE[typed]
    assert says in shown(answer, *typed.split())


@pytest.mark.parametrize("typed", ["lead advance", "project advance"])
def test_help_keeps_its_lines_and_shows_no_marks(typed: str) -> None:
    said = CliRunner().invoke(root.ROOT, [*typed.split(), "--help"]).output
    assert "\\b" not in said
    lines = {line.strip() for line in said.splitlines()}
    assert lines & {"lost, withdrawn, passed-on", "cancelled"}


def test_a_group_shows_an_example_of_each_command() -> None:
    said = CliRunner().invoke(root.ROOT, ["netting", "--help"]).output
    _, _, examples = said.partition("Examples:\n")
    commands = [line.split()[:3] for line in examples.splitlines()]
    names = ("suggest", "propose", "agree", "decline", "list")
    assert commands == [["wortley", "netting", name] for name in names]
    assert examples.startswith("  wortley netting suggest")
    assert "To begin:" in CliRunner().invoke(root.ROOT, ["--help"]).output


def test_every_writing_command_has_its_sentence() -> None:
    assert not COMMANDS.keys() - VIEWS.keys()


def test_imports(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("import") / "releases.json"
    file.touch()
    failed = [{"id": "r1", "path": "releases[3]", "reason": "a date that is none"}]
    counts = {"read": 5, "imported": 3, "updated": 1, "unchanged": 0, "published": 0}
    answer = {**counts, "failed": failed, "dry_run": False}
    assert shown(answer, "lead", "import", str(file)) == (
        "5 releases read. 3 imported, 1 updated, 0 unchanged, 0 published.\n"
        "1 could not be read:\n"
        "Release  Where        Reason\n"
        "r1       releases[3]  a date that is none\n"
        "See the drafts: `wortley lead list --drafts`.\n"
    )


def test_damage_is_shown_and_exits_with_3() -> None:
    row = {"where": "log.db", "what": "a run that is cut", "way_out": "Restore."}
    answer = {"ok": False, "damaged": [row], "blocks": 1}
    said = wortley("verify", node=Node(verify=answer))
    assert said.code == 3
    assert said.out.startswith("Not all is as it must be")
    assert "log.db  a run that is cut  Restore." in said.out
    assert wortley("verify", "--json", node=Node(verify=answer)).code == 3


def test_an_invitation_is_alone_on_its_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    word = "wortley-" + "a" * 200
    assert shown({"invitation": word, "days": 14}, "invite") == f"{word}\n"
    said = capsys.readouterr().err
    assert "it is good for 14 days" in said
    assert "`wortley join`" in said
    terminal = Terminal()
    node = Node(invite={"invitation": word, "days": 14})
    wortley("invite", node=node, out=terminal)
    assert terminal.getvalue() == f"{word}\n"


def test_hints_are_fit_to_be_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    node, empty = Node(lead__list={"leads": []}), ("lead", "list")
    assert "`wortley lead open --title" in wortley(*empty, node=node).out
    monkeypatch.setenv("WORTLEY_CALLED", "./run")
    assert "`./run lead open --title" in wortley(*empty, node=node).out
    typed = (*empty, "--data", str(DATA))
    hint = f"`./run --data {DATA} lead open --title"
    assert hint in wortley(*typed, node=node).out
    # Where it is named already, it is not named twice.
    named = Node(
        status=UserFault(code="c", detail="D: wortley --data x up", way_out="")
    )
    wortley("status", "--data", str(DATA), node=named)
    assert "Error: D: wortley --data x up\n" in capsys.readouterr().err
    # What another co-op types is not what is typed here.
    wortley("invite", "--data", str(DATA), node=Node(invite={"invitation": "w"}))
    said = capsys.readouterr().err
    assert "`wortley join` (in a clone: `./run join`)" in said
    assert str(DATA) not in said


# -- JSON ----------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["--json status", "status --json"])
def test_json_is_the_answer_itself(typed: str) -> None:
    said = wortley(*typed.split(), node=Node(status=results.STATUS))
    assert json.loads(said.out) == results.STATUS
    assert said.out.startswith("{\n  ")


def test_json_of_writing_commands_has_the_id() -> None:
    node = Node(lead__open={"id": results.LEAD, "ids": [results.LEAD]})
    said = wortley("lead", "open", "--title", "é", "--json", node=node)
    assert json.loads(said.out)["id"] == results.LEAD


def test_json_acts_upon_no_terminal() -> None:
    words = "é\x1b[31m\x9b31m\u202e\u2066\x7f\n"
    said = wortley("status", "--json", node=Node(status={"name": words}))
    assert json.loads(said.out) == {"name": words}
    assert "é" in said.out
    assert not set("\x1b\x9b\u202e\u2066\x7f") & set(said.out)


# -- what is not known here ----------------------------------------------------------


@pytest.mark.parametrize("name", ["lead", "project", "explain", "status", "log"])
def test_a_node_that_says_less_or_other_things(name: str) -> None:
    typed = {
        "lead": ["lead", "show", "evt_a"],
        "project": ["project", "show", "evt_a"],
        "explain": ["explain", "evt_a"],
        "status": ["status"],
        "log": ["log", "show"],
    }[name]
    asked = ".".join(typed[:2]) if name in {"lead", "project", "log"} else name
    keys = "title value goal notices peers rows event texts requirements pledges"
    odd = {key: [{"amount": 3}, None, 7] for key in keys.split()}
    answers: list[object] = [{}, odd, [], None, "words", 3]
    for answer in answers:
        node = Node(**{asked.replace(".", "__"): answer})
        assert wortley(*typed, node=node).code == 0


def test_results_without_a_view_are_readable() -> None:
    answer = [
        {"some_name": "x", "price": {"amount": "1234.50", "currency": "GBP"}},
        {"rate": {"amount": "60.00", "currency": "GBP", "minutes": 60}},
        ["a", "b"],
    ]
    assert shown(answer, "status") == (
        "some_name: x, price: 1,234.50 GBP\nrate: 60.00 GBP/h\na\nb\n"
    )


# -- columns and the node's own words ------------------------------------------------

#: Columns -> the type of the rows that they read.
ROWS: Final[list[tuple[tuple[columns.Column, ...], type[msgspec.Struct]]]] = [
    (lists.OFFERS, capacity.OfferRow),
    (lists.BOOKINGS, capacity.BookingRow),
    (lists.WISHES, capacity.WishRow),
    (lists.LEADS, leads.LeadRow),
    (lists.DRAFTS, DraftRow),
    (lists.NEWER, DraftRow),
    (lists.PROJECTS, projects.ProjectRow),
    (lists.PLEDGES, pledges.PledgeRow),
    (pages.PEERS, PeerRow),
    (pages.CHARTER, network.CharterPage),
    (pages.MEMBERS, MemberRow),
    (pages.WAITING, WaitingRow),
    (pages.PROFILE, profiles.ProfilePage),
    (pages.LEAD, leads.LeadPage),
    (pages.LINES, leads.LineRow),
    (pages.PROJECT, projects.ProjectPage),
    (pages.EVENTS, logs.LogRow),
    (done.FAILED, importing.Failed),
    (done.DAMAGE, verify.Damage),
    (programs.TOKENS, tokens.TokenRow),
    (programs.WEBHOOKS, webhooks.WebhookRow),
    (programs.DELIVERIES, webhooks.DeliveryRow),
    (programs.CHANGES, feed.ChangeRow),
    (today.FOUND, search.Hit),
]


@pytest.mark.parametrize(("listed", "row"), ROWS)
def test_columns_read_what_there_is(
    listed: tuple[columns.Column, ...], row: type[msgspec.Struct]
) -> None:
    known = {field.encode_name for field in msgspec.structs.fields(row)}
    assert {key for column in listed for key in column.keys} <= known
