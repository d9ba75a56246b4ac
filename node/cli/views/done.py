"""What is said once something was done: what it was, its id, what may follow."""

from collections.abc import Mapping
from typing import Final

from node.cli import forms
from node.cli.forms import Row
from node.cli.page import Page
from node.cli.views.columns import View, of, put_table, rows_of

#: Of writing commands; {id} is the id of what was made, fit to be typed again.
_SENTENCES: Final = {
    "profile.set": "The profile is set. See it: `wortley profile show`.",
    "wish.set": "The wish is set. All wishes: `wortley wish list`.",
    "capacity.offer": "Offered ({id}). Take it back: `wortley capacity withdraw {id}`.",
    "capacity.withdraw": "The offer is withdrawn; what was confirmed of it stands.",
    "booking.set": "Booked ({id}). Move it on: `wortley booking move {id} done`.",
    "booking.move": "The booking is moved.",
    "lead.open": "The lead is open ({id}). See it: `wortley lead show {id}`.",
    "lead.change": "The lead is changed.",
    "lead.advance": "The lead is moved on.",
    "lead.publish": "The lead is open ({id}). See it: `wortley lead show {id}`.",
    "project.open": "The project is up ({id}). See it: `wortley project show {id}`.",
    "project.advance": "The project is moved on.",
    "pledge.work": "Pledged ({id}). The answer will show in `wortley pledge list`.",
    "pledge.money": "Pledged ({id}). The answer will show in `wortley pledge list`.",
    "pledge.accept": "Accepted ({id}). It counts once the pledger has confirmed it.",
    "pledge.decline": "The pledge is declined.",
    "pledge.confirm": "Confirmed: this co-op is committed (`wortley commitments`).",
    "pledge.withdraw": "The pledge is withdrawn.",
    "pledge.release": "The pledge is released: it will not be kept.",
    "acceptance.withdraw": "The acceptance is withdrawn.",
    "decision.open": "The question is put ({id}): `wortley vote cast {id} agree`.",
    "decision.amend": "The proposal is another now; votes on the former do not count.",
    "decision.withdraw": "The decision is withdrawn.",
    "decision.close": "Closed; it stands once the register has it (`wortley decision"
    " list`).",
    "vote.cast": "The vote is cast. Another one takes its place.",
    "vote.withdraw": "The vote is withdrawn.",
    "fund.open": "The fund is open ({id}). See it: `wortley fund show {id}`.",
    "fund.contribute": "Pledged ({id}). The fund's steward accepts it.",
    "fund.advance": "The fund is moved on.",
    "round.open": "The round is up ({id}). See it: `wortley round show {id}`.",
    "round.advance": "The round is moved on.",
    "round.allot": "Allotted. Who has how much: `wortley round list`.",
    "round.enter": "The project takes part.",
    "round.leave": "The project takes part no more.",
    "round.pledge": "Pledged ({id}). What is taken shows once the round is closed.",
    "round.veto": "Said.",
    "round.close": "Closed; it stands once the register has it (`wortley round list`).",
    "project.milestone.set": "The milestones are set.",
    "project.milestone.reach": "The milestone is reached.",
}


def _said(sentence: str) -> View:
    def view(page: Page, _args: Mapping[str, object], result: Row) -> None:
        page.say(sentence.format(id=forms.brief(result.get("id"))))

    return view


def _join(page: Page, _args: Mapping[str, object], result: Row) -> None:
    network = forms.line(result.get("network"))
    if result.get("state") == "member":
        page.say(f"This co-op is a member of {network}.")
        return
    page.say(f"Applied for membership of {network}: {_approvals(result)}.")
    page.say("Keep the node running, so that it hears the answer: `wortley up`.")


def _change(verb: str, done: str) -> View:
    def view(page: Page, _args: Mapping[str, object], result: Row) -> None:
        name = forms.line(result.get("name"))
        if result.get("done"):
            page.say(f"{name} {done}.")
        else:
            page.say(f"{verb} {name}: {_approvals(result)}.")

    return view


def _approvals(result: Row) -> str:
    so_far, needed = result.get("approvals"), result.get("needed")
    return f"{forms.line(so_far)} of {forms.line(needed)} approvals so far"


def _checked(page: Page, _args: Mapping[str, object], _result: Row) -> None:
    page.say("The recovery kit is on paper: this node may publish now.")


def _confirmed(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(f"Confirmed. The register stands at block {_number(result, 'number')}.")


def _invited(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.copyable(forms.line(result.get("invitation")))
    page.aside(
        f"Pass this word on to one co-op, privately; it is good for"
        f" {_number(result, 'days')} days. The co-op types: wortley join WORD"
    )


FAILED: Final = (of("Release", "id"), of("Where", "path"), of("Reason", "reason"))


def _imported(page: Page, _args: Mapping[str, object], result: Row) -> None:
    would = "It would be: " if result.get("dry_run") else ""
    counts = ("imported", "updated", "unchanged", "published")
    listed = ", ".join(f"{_number(result, key)} {key}" for key in counts)
    page.say(f"{_count(result, 'read', 'release')} read. {would}{listed}.")
    failed = rows_of(result, "failed")
    if failed:
        page.say(f"{len(failed)} could not be read:")
        put_table(page, FAILED, failed)
    if not result.get("dry_run") and not result.get("published"):
        page.say("See the drafts: `wortley lead list --drafts`.")


def _exported(page: Page, _args: Mapping[str, object], result: Row) -> None:
    path = forms.line(result.get("path"))
    page.say(f"Written to {path}: {_count(result, 'events', 'event')}.")
    page.pairs([("Root", forms.line(result.get("root")))])


def _taken_in(page: Page, _args: Mapping[str, object], result: Row) -> None:
    path = forms.line(result.get("path"))
    page.say(f"New here, of {path}: {_count(result, 'events', 'event')}.")


def _rebuilt(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(f"The state is made anew from {_count(result, 'events', 'event')}.")
    page.pairs([("Root", forms.line(result.get("root")))])


DAMAGE: Final = (of("Where", "where"), of("What", "what"), of("Way out", "way_out"))


def _verified(page: Page, _args: Mapping[str, object], result: Row) -> None:
    damaged = rows_of(result, "damaged")
    parts = ("blocks", "logs", "runs", "events", "texts")
    looked = ", ".join(_count(result, key, key.rstrip("s")) for key in parts)
    if result.get("ok"):
        page.say(f"All is as it must be: {looked}.")
    else:
        page.say(f"Not all is as it must be ({looked} looked at):", "red")
        put_table(page, DAMAGE, damaged)
    missing = result.get("missing_texts")
    if missing:
        page.say(f"Not arrived yet: {_count(result, 'missing_texts', 'text')}.")
    page.pairs([("Root", forms.line(result.get("root")))])


def _count(result: Row, key: str, noun: str) -> str:
    return f"{_number(result, key)} {noun}{'' if result.get(key) == 1 else 's'}"


def _number(result: Row, key: str) -> str:
    found = result.get(key)
    return f"{found:,}" if isinstance(found, int) else forms.line(found)


DONE: Final[dict[str, View]] = {
    **{name: _said(sentence) for name, sentence in _SENTENCES.items()},
    "join": _join,
    "invite": _invited,
    "key.check": _checked,
    "approve": _change("Approved the application of", "is a member now"),
    "elector.on": _change("Proposed as an elector:", "is an elector now"),
    "elector.off": _change("Proposed as elector no more:", "is an elector no more"),
    "network.confirm": _confirmed,
    "lead.import": _imported,
    "log.export": _exported,
    "log.import": _taken_in,
    "rebuild": _rebuilt,
    "verify": _verified,
}
