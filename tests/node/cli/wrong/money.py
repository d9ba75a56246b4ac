"""Typed wrongly, and what is said of it: money, decisions and what is owed."""

from typing import Final

#: At whose node, what is typed -> the first line of what is said.
WRONG: Final = {
    "alba round enter {shut} {project}": (
        "ROUND: it is closed, so nothing counts in it."
    ),
    "alba round enter {round} {idea}": "PROJECT: it is idea, and has to be open.",
    "birch round pledge {round} {project} 5EUR": (
        "AMOUNT: '5 EUR' is not an amount in GBP."
    ),
    "birch round pledge {round} {project} 0GBP": (
        "AMOUNT: '0' is not more than nothing."
    ),
    "birch round pledge {shut} {project} 5GBP": (
        "ROUND: it is closed, so nothing counts in it."
    ),
    "birch round veto {shut} {project}": (
        "ROUND: it is closed, so nothing counts in it."
    ),
    "alba round allot {round} --share Birch=5": (
        "ROUND: in it all give their own money."
    ),
    "alba round open --title x --closes 2027-05-01 --mode equal --budget 5GBP "
    "--currency EUR": "--budget: '5 GBP' is not in EUR, as --currency says.",
    "alba fund open --title x --contribution 5GBP --currency eur": (
        "--contribution: '5 GBP' is not in EUR, as --currency says."
    ),
    "alba fund contribute {fund} 5EUR": "AMOUNT: '5 EUR' is not an amount in GBP.",
    "birch fund contribute {fund} 5XYZ": "AMOUNT: '5 XYZ' is not an amount in GBP.",
    "alba fund advance {fund} planned": (
        "STATE: a fund that is open cannot become planned."
    ),
    "alba decision close {decided}": (
        "DECISION: this decision closes on 2023-11-21, and others may still be "
        "waiting for that day."
    ),
    "alba decision close {decision}": (
        "DECISION: this decision closes on 2023-11-21, and others may still be "
        "waiting for that day."
    ),
    "birch vote cast {decided} agree": (
        "DECISION: it is closed, and a vote would not count any more."
    ),
    "birch vote cast {dropped} agree": (
        "DECISION: it is withdrawn, and a vote would not count any more."
    ),
    "birch vote withdraw {decision}": "DECISION: this co-op has not voted on it.",
    "alba decision amend {decided} --proposal y": "DECISION: it is closed.",
    "alba decision withdraw {dropped}": "DECISION: it is withdrawn.",
    "alba invoice withdraw {recalled}": "INVOICE: it is withdrawn already.",
    "birch invoice approve {recalled}": "INVOICE: it is withdrawn already.",
    "alba invoice approve {invoice}": "INVOICE: it is Birch's to answer that invoice.",
    "birch invoice withdraw {invoice}": (
        'INVOICE: the invoice "5.00 GBP asked for, due 2023-12-14" is Alba\'s, and'
        " only its own node changes it."
    ),
    "alba payment receive {cancelled}": "PAYMENT: it is cancelled already.",
    "birch payment cancel {cancelled}": "PAYMENT: it is cancelled already.",
    "birch payment correct {payment} 0GBP": "AMOUNT: '0' is not more than nothing.",
    "birch payment receive {payment}": "PAYMENT: it is Alba's to answer that payment.",
    "alba mediation agree {invoice} --mediator Birch --party Birch": (
        "--mediator: 'Birch' is not a co-op beside the parties."
    ),
    "alba mediation agree {invoice} --mediator Alba --party Birch": (
        "--mediator: 'Alba' is not a co-op beside the parties."
    ),
    "alba mediation accept {invoice}": (
        "ID: nobody has named this co-op as mediator in that."
    ),
    "alba project advance {project} nowhere": (
        "STATE: 'nowhere' is not one of cancelled, delivering, done, funded, "
        "idea, not-funded, open, partly-funded."
    ),
    "birch project advance {project} cancelled": (
        'PROJECT: the project "Hosting" is Alba\'s, and only its own node changes it.'
    ),
    "alba project milestone set {project} --step 0 --step 100": (
        "--step: '0 %, 100 %' is not one milestone or more, with shares of 100 % "
        "in all at most."
    ),
    "alba project milestone set {project} --step 60 --step 60": (
        "--step: '60 %, 60 %' is not one milestone or more, with shares of 100 % "
        "in all at most."
    ),
    "alba project milestone set {project} --step x": (
        "--step: 'x' is not a percentage and a date."
    ),
    "alba project milestone reach {project} 3": (
        "NO: 3 is no milestone that is still to be reached."
    ),
    "alba decision open --title x --about evt_zz": (
        "--about: nothing here has an id that starts with evt_zz."
    ),
    "alba netting propose Birch Birch": (
        "CO-OP: 'Birch, Birch' is not a circle of two co-ops or more, each of "
        "them once."
    ),
    "alba invoice issue": "--to: nothing says the co-op that is to pay.",
    "alba invoice issue --to Alba --amount 5GBP": "--to: a co-op owes itself nothing.",
    "alba invoice issue --to Birch --amount 5GBP --number 'a b'": (
        "--number: 'a b' is not up to 100 printable characters without spaces."
    ),
    "alba payment send --to Birch": "--amount: nothing says how much was sent.",
    "alba payment send --to Alba --amount 5GBP": "--to: a co-op owes itself nothing.",
    "alba ledger statement Birch --from 2027-01-01 --to 2026-01-01": (
        "--to: It ends on 2026-01-01, before it starts on 2027-01-01."
    ),
    "alba decision open --title x --closes 2020-01-01": (
        "--closes: It ends on 2020-01-01, before it starts on 2023-11-14."
    ),
    "alba decision open --title x --quorum 101": (
        "--quorum: 101 is not a whole percentage from 1 to 100."
    ),
    "alba vote cast {decision} maybe": (
        "STANCE: 'maybe' is not one of abstain, agree, block, disagree."
    ),
    "alba round open --title x --closes 2027-05-01 --mode nobody": (
        "--mode: 'nobody' is not one of equal, own, per-member, steward."
    ),
    "alba project open --title x --goal 5GBP --minimum 9GBP": (
        "--minimum: with a goal of 5, 9 is not within 0 < minimum \u2264 goal \u2264 "
        "maximum."
    ),
    "alba project open --title x --goal 5XYZ": (
        "--goal: 'XYZ' is not an ISO 4217 code."
    ),
    "alba figures social --from 2027-01-01 --to 2026-01-01": (
        "--to: It ends on 2026-01-01, before it starts on 2027-01-01."
    ),
    "alba netting list --standing lost": (
        "--standing: 'lost' is not one of declined, effective, open."
    ),
    "alba ledger show --currency xyz": "--currency: 'XYZ' is not an ISO 4217 code.",
}
