"""How decisions and rounds are shown: lists, pages, and what they come to."""

from collections.abc import Mapping, Sequence
from typing import Final

from node.cli import forms
from node.cli.forms import Row
from node.cli.page import Page
from node.cli.views.columns import Column, View, of, put_pairs, put_table, rows_of
from node.cli.views.lists import listed
from node.views.decisions import WOULD

#: Why it came so far, or would: the code of the join, in words.
_WHY: Final = {
    "short-notice": "there was less time to vote than the charter asks for",
    "quorum": "too few have voted",
    "block": "at least one vote blocks it",
    "carried": "enough agree",
    "not-carried": "too few agree",
}
#: Whose money a round gives away, and how it is shared out.
_MODES: Final = {
    "own": "each its own",
    "equal": "a budget, in equal shares",
    "per-member": "a budget, by the members of each",
    "steward": "a budget, as its steward shares it out",
}


def _why(code: object) -> str:
    return _WHY.get(forms.line(code), forms.line(code))


def _result(row: Row) -> str:
    """Write how a decision ended; of an open one, how it would."""
    outcome = forms.line(row.get("outcome"))
    return outcome if row.get("standing") == "final" else WOULD.get(outcome, outcome)


def _mode(mode: object) -> str:
    return _MODES.get(forms.line(mode), forms.line(mode))


DECISIONS: Final = (
    of("ID", "short"),
    of("Standing", "standing"),
    Column("Result", ("outcome", "standing"), _result),
    of("Why", "why", _why, spare=True),
    of("Title", "title"),
    of("Co-op", "name"),
    of("Closes", "closes"),
    of("Agree", "agree", spare=True),
    of("Disagree", "disagree", spare=True),
    of("Block", "block", spare=True),
    of("Of votes", "total", spare=True),
)
DECISION: Final = (
    of("ID", "short"),
    of("Co-op", "name"),
    of("Standing", "standing"),
    of("Decides by", "rule"),
    of("One vote per", "basis"),
    of("Quorum", "quorum_percent", forms.percent),
    of("Opens", "opens"),
    of("Closes", "closes"),
    of("About", "about", forms.brief),
    of("Link", "link"),
)
BALLOTS: Final = (
    of("Co-op", "name"),
    of("Stance", "stance"),
    of("Votes", "weight"),
    of("Does not count", "ignored"),
    of("Reason", "reason"),
)


def say_standing(page: Page, row: Row, said: str) -> None:
    """Say a result: for good, on its way, or as it would be."""
    standing = row.get("standing")
    page.say()
    if standing == "final":
        page.say(f"Closed for good: {said}")
    elif standing == "closing":
        page.say(f"Closing; once the register has it, it stands. So far: {said}")
    elif standing in ("open", "planned", "what-if"):
        page.say(f"If it were closed now: {said}")
    contested = row.get("contested")
    if isinstance(contested, list) and contested:
        page.say(
            f"Contested: the closing leaves out what {forms.several(contested)} had"
            " said and the steward had acknowledged.",
            "red",
        )


def _decision(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(forms.line(result.get("title")), "bold")
    put_pairs(page, DECISION, result)
    _prose(page, result, "proposal")
    unlike = result.get("unlike_charter")
    if isinstance(unlike, list) and unlike:
        page.say(f"Mind: {forms.several(unlike)}.", "yellow")
    why = forms.line(result.get("why"))
    counts = ", ".join(
        f"{forms.line(result.get(one))} {one}"
        for one in ("agree", "abstain", "disagree", "block")
    )
    outcome = forms.line(result.get("outcome"))
    total = forms.line(result.get("total"))
    say_standing(page, result, f"{outcome}, for {_why(why)} ({counts} of {total}).")
    _table(page, "Votes", BALLOTS, rows_of(result, "ballots"))
    if result.get("standing") == "open":
        short = forms.line(result.get("short"))
        page.say()
        page.say(f"Vote: `wortley vote cast {short} agree|abstain|disagree|block`.")


ROUNDS: Final = (
    of("ID", "short"),
    of("Standing", "standing"),
    of("Title", "title"),
    of("Co-op", "name"),
    of("Money", "mode", _mode, spare=True),
    of("Budget", "budget", forms.money, spare=True),
    of("Closes", "closes"),
    of("Projects", "projects", spare=True),
    of("Pledged", "pledged", forms.money),
    of("Accepted", "accepted", forms.money, spare=True),
)
ROUND: Final = (
    of("ID", "short"),
    of("Co-op", "name"),
    of("Standing", "standing"),
    of("Money", "mode", _mode),
    of("Budget", "budget", forms.money),
    of("Fund", "fund", forms.brief),
    of("All or nothing", "whole", forms.tri),
    of("Vetoes that block", "vetoes"),
    of("Opens", "opens"),
    of("Closes", "closes"),
    of("Pledged", "pledged", forms.money),
    of("Accepted", "accepted", forms.money),
)
TAKING_PART: Final = (
    of("ID", "short"),
    of("Project", "title"),
    of("Co-op", "name"),
    of("At least", "minimum", forms.money, spare=True),
    of("At most", "maximum", forms.money, spare=True),
    of("Pledged", "pledged", forms.money),
    of("Gets", "accepted", forms.money),
    of("Funding", "funding"),
    of("Vetoed by", "vetoed_by", forms.several),
)
GIVEN: Final = (
    of("From", "name"),
    of("Project", "title"),
    of("Pledged", "pledged", forms.money),
    of("Accepted", "accepted", forms.money),
    of("Released", "released", forms.money),
)
ACCOUNTS: Final = (
    of("Co-op", "name"),
    of("Allotted", "allotted", forms.money),
    of("Accepted", "accepted", forms.money),
    of("Released", "released", forms.money),
    of("Unspent", "unspent", forms.money),
)
ASIDE: Final = (of("What", "what"), of("Co-op", "name"), of("Why", "why"))
FUNDS: Final = (
    of("ID", "short"),
    of("State", "state"),
    of("Title", "title"),
    of("Co-op", "name"),
    of("Contribution", "contribution", forms.money),
    Column("Per", ("period",), lambda row: _period(row.get("period")), spare=True),
    of("Offered", "offered", forms.money, spare=True),
    of("Committed", "committed", forms.money),
)
FUND: Final = (
    of("ID", "short"),
    of("Co-op", "name"),
    of("State", "state"),
    of("Contribution", "contribution", forms.money),
    Column("Per", ("period",), lambda row: _period(row.get("period"))),
    of("Offered", "offered", forms.money),
    of("Committed", "committed", forms.money),
    of("Paid", "paid", forms.money),
)
CONTRIBUTIONS: Final = (
    of("ID", "short"),
    of("Standing", "standing"),
    of("From", "pledger_name"),
    of("Amount", "amount", forms.money),
    of("Paid", "paid", forms.money),
    of("Note", "note", spare=True),
)


def _period(value: object) -> str:
    """Write how often a contribution is due; nothing where it is asked for once."""
    return "" if value == "none" else forms.line(value)


def _round(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(forms.line(result.get("title")), "bold")
    put_pairs(page, ROUND, result)
    _prose(page, result, "description")
    accepted = forms.money(result.get("accepted"))
    pledged = forms.money(result.get("pledged"))
    say_standing(page, result, f"{accepted} of {pledged} is accepted.")
    for key, columns, heading in (
        ("taking_part", TAKING_PART, "Projects"),
        ("pledges", GIVEN, "Pledges"),
        ("accounts", ACCOUNTS, "Allotted"),
        ("ignored", ASIDE, "Does not count"),
    ):
        _table(page, heading, columns, rows_of(result, key))
    _put_vetoes(page, rows_of(result, "taking_part"))
    uneven = result.get("uneven")
    if isinstance(uneven, list) and uneven:
        mode = forms.line(result.get("mode"))
        page.say(f"Mind: shares that are not {mode}: {forms.several(uneven)}.", "red")


def _put_vetoes(page: Page, projects: Sequence[Row]) -> None:
    told = [
        f"{forms.line(veto.get('name'))} against {forms.line(one.get('title'))}:"
        f" {forms.line(veto.get('reason'))}"
        for one in projects
        for veto in rows_of(one, "vetoes")
        if veto.get("reason")
    ]
    if told:
        page.say("\nVetoes", "bold")
        for one in told:
            page.say(one)


def _fund(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(forms.line(result.get("title")), "bold")
    put_pairs(page, FUND, result)
    _prose(page, result, "purpose")
    _table(page, "Contributions", CONTRIBUTIONS, rows_of(result, "contributions"))
    if result.get("state") == "open":
        short = forms.line(result.get("short"))
        page.say()
        page.say(f"Contribute: `wortley fund contribute {short} MONEY`.")


def _table(
    page: Page, heading: str, columns: tuple[Column, ...], rows: Sequence[Row]
) -> None:
    if rows:
        page.say()
        page.say(heading, "bold")
        put_table(page, columns, rows)


def _prose(page: Page, row: Row, key: str) -> None:
    words = forms.prose(row.get(key))
    if words:
        page.say()
        page.say(words)


DECIDING: Final[dict[str, View]] = {
    "decision.list": listed(
        "decisions",
        DECISIONS,
        "No decisions yet. Put a question: `wortley decision open --title …`.",
    ),
    "decision.show": _decision,
    "fund.list": listed(
        "funds", FUNDS, "No funds yet. Open one: `wortley fund open --title …`."
    ),
    "fund.show": _fund,
    "round.list": listed(
        "rounds",
        ROUNDS,
        "No rounds yet. Open one: `wortley round open --title … --closes DATE`.",
    ),
    "round.show": _round,
    "round.what-if": _round,
}
