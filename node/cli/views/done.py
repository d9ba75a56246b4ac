"""What is said once something was done: what it was, its id, what may follow."""

from collections.abc import Mapping
from typing import Final

from node.cli import forms
from node.cli.forms import Row
from node.cli.page import Page
from node.cli.views.columns import View, of, put_table, rows_of

#: Of writing commands; {id} is the id of what was made, fit to be typed again. Other
#: names are those of arguments, as they were typed.
_SENTENCES: Final = {
    "profile.set": "The profile is set. See it: `wortley profile show`.",
    "wish.set": "The wish is set. All wishes: `wortley wish list`.",
    "capacity.offer": "Offered ({id}). Take it back: `wortley capacity withdraw {id}`.",
    "capacity.withdraw": "The offer is withdrawn; what was confirmed of it stands.",
    "booking.set": "Booked ({id}). Move it on: `wortley booking move {id} done`.",
    "booking.move": "The booking is {to} now.",
    "lead.open": "The lead is open ({id}). See it: `wortley lead show {id}`.",
    "lead.change": "The lead is changed.",
    "lead.advance": "The lead is {to} now.",
    "project.open": "The project is up ({id}). See it: `wortley project show {id}`.",
    "project.advance": "The project is {to} now.",
    "pledge.work": "Pledged ({id}). The answer will show in `wortley pledge list`.",
    "pledge.money": "Pledged ({id}). The answer will show in `wortley pledge list`.",
    "pledge.accept": "Accepted ({id}). It counts once the pledger has confirmed it.",
    "pledge.decline": "The pledge is declined.",
    "pledge.confirm": "Confirmed: this co-op is committed (`wortley commitments`).",
    "pledge.withdraw": "The pledge is withdrawn.",
    "pledge.release": "The pledge is released: it will not be kept.",
    "lead.share": "Sealed ({id}). Who reads it: `wortley sealed show {id}`.",
    "rate.share": "Sealed ({id}). Who reads it: `wortley sealed show {id}`.",
    "acceptance.withdraw": "The acceptance is withdrawn. If the pledger had confirmed"
    " it, it stays bound until it releases the pledge: `wortley pledge list --standing"
    " overtaken`.",
    "interest.set": "Noted: {stance}. Who else is interested: `wortley interest list`.",
    "handover.offer": "Offered ({id}). The answer shows in `wortley handover list`.",
    "handover.accept": "Accepted: fee and terms bind. Open its lead, unless --open did:"
    " `wortley lead open --via {handover}`.",
    "handover.decline": "The hand-over is declined.",
    "handover.withdraw": "The hand-over is withdrawn.",
    "bid.open": "The bid is open ({id}). Its parties review: `wortley bid show {id}`.",
    "bid.change": "The bid is changed; its parties review it anew.",
    "bid.share": "Sealed ({id}). Who reads it: `wortley sealed show {id}`.",
    "bid.advance": "The bid is {to} now.",
    "estimate.agree": "Agreed: your part of the bid stands as it is.",
    "estimate.object": "Objected. The contractor may change the bid.",
    "agreement.draft": "Drafted ({id}). Sign it, too: `wortley agreement sign {id}`.",
    "agreement.sign": "Signed. Who else has: `wortley agreement list`.",
    "agreement.withdraw": "The signature is withdrawn.",
    "agreement.supersede": "Another agreement takes its place.",
    "agreement.terminate": "The agreement is ended.",
    "report.make": "Reported ({id}). It counts once the receiver has accepted it.",
    "report.correct": "The report is corrected; it waits for the receiver's word.",
    "report.withdraw": "The report is withdrawn.",
    "report.accept": "The report is accepted.",
    "report.dispute": "The report is disputed. For help: `wortley mediation agree`.",
    "invoice.withdraw": "The invoice is withdrawn; its reports may stand in another.",
    "invoice.approve": "The invoice is approved. Once it is paid: `wortley payment send"
    " --invoice {invoice}`.",
    "invoice.dispute": "The invoice is disputed: it does not count as owed.",
    "payment.send": "Sent ({id}). It is settled once the payee says that it came.",
    "payment.correct": "The payment is corrected.",
    "payment.cancel": "The payment is cancelled.",
    "payment.receive": "Received: it is settled (`wortley ledger show`).",
    "payment.dispute": "The payment is disputed: nothing of it counts as settled.",
    "mediation.agree": "Agreed. It holds once all parties and the mediator have.",
    "mediation.accept": "This co-op mediates once all parties have agreed.",
    "mediation.end": "This co-op's part of the mediation is ended.",
    "netting.propose": "Proposed ({id}). It holds once all in it have agreed.",
    "netting.agree": "Agreed, for good. It holds once all in it have.",
    "netting.decline": "The netting is declined.",
    "decision.open": "The question is put ({id}). Vote, too: `wortley vote cast {id}"
    " agree`.",
    "decision.amend": "The proposal is another now; votes on the former do not count.",
    "decision.withdraw": "The decision is withdrawn.",
    "decision.close": "Closed; it stands once the register has it (`wortley decision"
    " list`).",
    "vote.cast": "The vote is cast. A later one takes its place.",
    "vote.withdraw": "The vote is withdrawn.",
    "fund.open": "The fund is open ({id}). See it: `wortley fund show {id}`.",
    "fund.contribute": "Pledged ({id}). It binds once the fund's steward has accepted"
    " and this co-op has confirmed it.",
    "fund.advance": "The fund is {to} now.",
    "round.open": "The round is up ({id}). See it: `wortley round show {id}`.",
    "round.advance": "The round is {to} now.",
    "round.allot": "Allotted. Who has how much: `wortley round show {round}`.",
    "round.enter": "The project takes part.",
    "round.leave": "The project takes part no more.",
    "round.pledge": "Pledged ({id}). What is taken shows once the round is closed.",
    "round.veto": "Noted. Who vetoes what: `wortley round show {round}`.",
    "round.close": "Closed; it stands once the register has it (`wortley round list`).",
    "project.milestone.set": "The milestones are set.",
    "project.milestone.reach": "The milestone is reached.",
}


def _said(sentence: str) -> View:
    def view(page: Page, args: Mapping[str, object], result: Row) -> None:
        typed = {name: forms.line(value) for name, value in args.items()}
        page.say(sentence.format_map(typed | {"id": forms.brief(result.get("id"))}))

    return view


def _issued(page: Page, args: Mapping[str, object], result: Row) -> None:
    short = forms.brief(result.get("id"))
    rest = ""
    if args.get("promise") and not args.get("amount") and not args.get("reports"):
        rest = " It asks for all of the promise that was not asked for or paid yet."
    page.say(f"Issued ({short}).{rest} See it: `wortley invoice show {short}`.")


def _join(page: Page, _args: Mapping[str, object], result: Row) -> None:
    network = forms.line(result.get("network"))
    if result.get("state") == "member":
        page.say(f"This co-op is a member of {network}.")
        return
    page.say(f"Applied for membership of {network}: {_approvals(result)}.")
    page.say(
        "The network's electors decide; nothing is left to do here. Keep the node"
        " running, so that it hears the answer: `wortley up`."
    )


def _change(verb: str, done: str) -> View:
    def view(page: Page, _args: Mapping[str, object], result: Row) -> None:
        name = forms.line(result.get("name"))
        if result.get("done"):
            page.say(f"{name} {done}.")
        else:
            page.say(f"{verb} {name}: {_approvals(result)}.")
            page.say(_what_next(result))

    return view


def _approvals(result: Row) -> str:
    by = forms.several(result.get("by"))
    said = f"{forms.approvals(result)} approvals so far"
    return f"{said} ({by})" if by else said


def _what_next(result: Row) -> str:
    so_far, needed = result.get("approvals"), result.get("needed")
    short = (
        needed - so_far if isinstance(needed, int) and isinstance(so_far, int) else 1
    )
    if result.get("agreed") is False:
        return "It has to agree itself, on its own node: `wortley elector on`."
    if short <= 0:
        return (
            "That is enough. The secretary's node puts it into the register, and the"
            " electors' nodes confirm it, once they are online."
        )
    electors = "1 more elector has" if short == 1 else f"{short} more electors have"
    return (
        f"{electors} to approve it from their own nodes, where `wortley status` asks"
        " for it. `wortley members` shows who has."
    )


def _checked(page: Page, _args: Mapping[str, object], _result: Row) -> None:
    page.say("The recovery kit is on paper: this node may publish now.")


def _confirmed(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(f"Confirmed. The register stands at block {_number(result, 'number')}.")


def _invited(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.copyable(forms.line(result.get("invitation")))
    page.aside(
        "Pass this word on to one co-op, privately; it is good for"
        f" {_number(result, 'days')} days. There, on a node of its own, it is typed"
        " after `wortley join` (in a clone: `./run join`).",
        here=False,
    )


#: State of a lead that was published -> what its notice says.
_DECIDED: Final = {
    "lost": "the contract was awarded to others",
    "won": "the contract is awarded to this co-op",
    "withdrawn": "the buyer withdrew it",
}


def _published(page: Page, _args: Mapping[str, object], result: Row) -> None:
    short = forms.brief(result.get("id"))
    why = _DECIDED.get(forms.line(result.get("state")))
    if why is None:
        page.say(f"The lead is open ({short}). See it: `wortley lead show {short}`.")
        return
    page.say(
        f"The lead is published ({short}), but nothing can be pledged to it: its notice"
        f" says that {why}."
    )
    if result.get("state") != "won":
        page.say(
            "Notices that still take bids are listed with their deadlines by"
            " `wortley lead list --state open`. If this one does, too:"
            f" `wortley lead advance {short} open`."
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
    if result.get("sealed_for_others"):
        others = _count(result, "sealed_for_others", "text")
        page.say(f"Sealed for other co-ops, and not kept here: {others}.")
    page.pairs([("Root", forms.line(result.get("root")))])


def _count(result: Row, key: str, noun: str) -> str:
    return f"{_number(result, key)} {noun}{'' if result.get(key) == 1 else 's'}"


def _number(result: Row, key: str) -> str:
    found = result.get(key)
    return f"{found:,}" if isinstance(found, int) else forms.line(found)


def _table_in(page: Page, _args: Mapping[str, object], result: Row) -> None:
    would = "It would be: " if result.get("dry_run") else ""
    counts = ("created", "changed", "unchanged")
    listed = ", ".join(f"{_number(result, key)} {key}" for key in counts)
    page.say(f"{_count(result, 'rows', 'row')} read. {would}{listed}.")
    ignored = forms.several(result.get("ignored"))
    if ignored:
        page.say(f"Columns that were not read: {ignored}.")


def _file(key: str, noun: str) -> View:
    def view(page: Page, _args: Mapping[str, object], result: Row) -> None:
        path = forms.line(result.get("path"))
        page.say(f"Written to {path}: {_count(result, key, noun)}.")

    return view


DONE: Final[dict[str, View]] = {
    **{name: _said(sentence) for name, sentence in _SENTENCES.items()},
    "join": _join,
    "invite": _invited,
    "key.check": _checked,
    "approve": _change("Approved the application of", "is a member now"),
    "elector.on": _change("Proposed as an elector:", "is an elector now"),
    "elector.off": _change("Proposed as elector no more:", "is an elector no more"),
    "network.confirm": _confirmed,
    "invoice.issue": _issued,
    "lead.import": _imported,
    "lead.publish": _published,
    "log.export": _exported,
    "log.import": _taken_in,
    "csv.export": _file("rows", "row"),
    "csv.import": _table_in,
    "ical.export": _file("dates", "date"),
    "atom.export": _file("leads", "lead"),
    "valueflows.export": _file("nodes", "node"),
    "rebuild": _rebuilt,
    "verify": _verified,
}
