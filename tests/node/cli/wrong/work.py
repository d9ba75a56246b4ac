"""Typed wrongly, and what is said of it: leads, pledges, capacity, bids, reports."""

from typing import Final

#: At whose node, what is typed -> the first line of what is said.
WRONG: Final = {
    "alba lead show \udcff": (
        "'\\udcff' is not UTF-8, which this program reads and writes."
    ),
    "alba lead show {project}": "LEAD: {project} names a project, not a lead.",
    "alba pledge accept {accepted}": "PLEDGE: it is accepted already.",
    "alba pledge decline {accepted}": "PLEDGE: it is accepted already.",
    "alba pledge accept {retracted}": "PLEDGE: Birch has withdrawn it.",
    "alba pledge accept {pledge} --quantity 500h": (
        "--quantity: '500 h' is not at most the 7 h 30 min offered."
    ),
    "alba pledge accept {pledge} --quantity 5GBP": (
        "--quantity: '5GBP' is not an amount of work, or money without its "
        "currency (it is the pledge's)."
    ),
    "birch pledge accept {pledge}": (
        "PLEDGE: it is made to Alba, and only Alba answers it."
    ),
    "birch pledge withdraw {retracted}": "PLEDGE: it is withdrawn, not offered.",
    "alba pledge confirm {accepted}": (
        'PLEDGE: the pledge "2 h of design" is Birch\'s, and only its own node '
        "changes it."
    ),
    "birch pledge confirm {pledge}": "PLEDGE: Alba has not accepted it yet.",
    "alba capacity withdraw {offer}": (
        'ID: the capacity offer "9 h a week of design, 2027-01-04 to 2027-04-04" '
        "is Birch's, and only its own node changes it."
    ),
    "birch capacity withdraw {gone}": "ID: it is withdrawn already.",
    "alba booking release {done}": (
        "ID: a booking that is done cannot become released."
    ),
    "alba booking move {done} confirmed": (
        "STATE: a booking that is done cannot become confirmed."
    ),
    "alba lead advance {over} won": (
        "STATE: a lead that is withdrawn cannot become won."
    ),
    "alba lead advance {passing} passed-on": (
        "STATE: it is offered to Birch, which has not accepted that."
    ),
    "alba handover offer {passing} Birch --terms x": (
        "LEAD: it is offered to a co-op already."
    ),
    "alba handover offer {kept} Birch --terms x --fee 5GBP --share 5%": (
        "--share: it has no place beside a fee of a sum."
    ),
    "alba handover offer {kept} Birch --terms x --share 101%": (
        "--share: '101' is not a percentage above 0 and up to 100."
    ),
    "alba handover offer {kept} Birch --terms x --fee 0GBP": (
        "--fee: '0' is not more than nothing."
    ),
    "alba handover offer {kept} Birch --terms x --due never": (
        "--due: it has no place where there is no fee."
    ),
    "alba handover offer {kept} Birch --terms x --due end": (
        "--due: it has no place where there is no fee."
    ),
    "alba handover offer {kept} Alba --terms x": (
        "CO-OP: 'Alba' is not another member."
    ),
    "alba handover offer {kept} Birch --terms ' '": (
        "--terms: ' ' is not words that say what is agreed."
    ),
    "alba handover withdraw {taken-back}": "HANDOVER: it is withdrawn already.",
    "birch handover accept {taken-back}": "HANDOVER: Alba has withdrawn it.",
    "birch handover decline {taken-back}": "HANDOVER: Alba has withdrawn it.",
    "alba handover accept {handover}": (
        "HANDOVER: it is made to Birch, and only Birch answers it."
    ),
    "birch lead open --via {handover}": (
        "--via: this co-op has not accepted that hand-over."
    ),
    "alba bid open {lead} --party Alba:60% --party Birch:50%": (
        "--party: shares, fees and fund make 110 % together, not 100 %."
    ),
    "alba bid open {lead} --party Alba:rest --party Birch:rest": (
        "--party: the rest is one party's."
    ),
    "alba bid open {lead} --party Alba:rest --party Alba:40%": (
        "--party: a co-op stands there twice for the same lot, or twice among the fees."
    ),
    "alba bid open {lead} --party Nobody:40% --party Alba:rest": (
        "--party: no member or applicant is called or starts with 'Nobody'."
    ),
    "alba bid open {lead} --party Alba:rest --party Nobody:40%": (
        "--party: no member or applicant is called or starts with 'Nobody'."
    ),
    "alba bid open {lead} --party Alba:rest --risk maybe": (
        "--risk: 'maybe' is not one of by-lot, lead, shared."
    ),
    "alba bid open {lead} --party Alba:rest --fund 0%": (
        "--fund: '0' is not a percentage above 0 and up to 100."
    ),
    "alba bid open {lead} --party Alba:rest:0h": (
        "--party: 0 is not a whole number of minutes from 1 on."
    ),
    "alba bid open {lead} --party Alba:rest --party Birch:40%:1d:0GBP": (
        "--party: '0' is not more than nothing."
    ),
    "alba bid open {lead} --party Alba:rest --fee Nobody=5%": (
        "--fee: no member or applicant is called or starts with 'Nobody'."
    ),
    "alba bid open {over} --party Alba:rest": (
        "LEAD: it is withdrawn, so nobody bids for it any more."
    ),
    "birch bid open {lead} --party Alba:rest": (
        'LEAD: the lead "Market" is Alba\'s, and only its own node changes it.'
    ),
    "alba bid change {bid}": "Nothing is given that should change.",
    "alba bid advance {bid} won": "STATE: a bid that is assembling cannot become won.",
    "alba estimate agree {bid}": (
        "BID: it is this co-op's own, which needs no review by it."
    ),
    "alba report make {accepted} 2d --from 2026-11-01 --to 2026-11-02": (
        'PLEDGE: the pledge "2 h of design" is Birch\'s, and only its own node '
        "changes it."
    ),
    "birch report make {pledge} 2d --from 2026-01-01 --to 2026-01-02": (
        "PLEDGE: it is offered, and was not confirmed."
    ),
    "birch report make {accepted} 2d --from 2027-11-03 --to 2027-11-02": (
        "PLEDGE: it is offered, and was not confirmed."
    ),
    "birch pledge work {lead} 0h": (
        "--line: which of the lines is not clear; there are 1 (python), 2 (design)."
    ),
    "birch pledge work {lead} 4d --line 9": (
        "--line: 9 is not one of 1 (python), 2 (design)."
    ),
    "birch pledge work {lead} 2d --line 0": (
        "--line: 0 is not one of 1 (python), 2 (design)."
    ),
    "birch pledge work {lead} 2d --skill cooking": (
        "--line: which of the lines is not clear; there are 1 (python), 2 (design)."
    ),
    "birch pledge work {lead} 2d --line 2 --from 2027-02-01 --to 2027-01-01": (
        "--to: It ends on 2027-01-01, before it starts on 2027-02-01."
    ),
    "birch pledge work {lead} 2d --line 2 --rate 5XYZ/h": (
        "--rate: 'XYZ' is not an ISO 4217 code."
    ),
    "birch pledge work {over} 2d": "LEAD: it is withdrawn and takes no pledges.",
    "alba pledge work {lead} 2d": (
        "--line: which of the lines is not clear; there are 1 (python), 2 (design)."
    ),
    "birch pledge money {idea} 5GBP": "PROJECT: it is idea and takes no pledges.",
    "birch pledge money {project} 5EUR": (
        "AMOUNT: '5 EUR' is not an amount in the project's currency, GBP."
    ),
    "birch pledge money {project} 0": "AMOUNT: '0' is not more than nothing.",
    "alba pledge list --to Nobody": (
        "--to: no lead, project or fund has an id that starts with Nobody."
    ),
    "alba interest set {lead} interested": (
        "LEAD: it is this co-op's own, so nobody asks for its interest."
    ),
    "alba lead open --title ok --need 'Web Dev:3d'": (
        "--need: 'Web Dev' is not lower-case letters, digits and hyphens."
    ),
    "alba lead open --title ok --need python:3d --want 'BAD skill'": (
        "--want: 'BAD skill' is not lower-case letters, digits and hyphens."
    ),
    "alba lead open --title ok --need python:3d:2027-03-01:2027-02-01": (
        "--need: It ends on 2027-02-01, before it starts on 2027-03-01."
    ),
    "alba lead open --title ok --need 1=python:3d --need 1=design:2d": (
        "--need (no. 2): 1 is not a number that no other requirement line has."
    ),
    "alba lead open --title ok --need python:0h": (
        "--need: 0 is not a whole number of minutes from 1 on."
    ),
    "alba lead open --title ok --value '5 XYZ'": (
        "--value: 'XYZ' is not an ISO 4217 code."
    ),
    "alba lead open --title ok --value 9223372036854775808": (
        "--value: '9223372036854775808' is not an amount of at most 16 digits."
    ),
    "alba lead open --title ok --value -5GBP": (
        "--value: '-5GBP' is not an amount above nothing."
    ),
    "alba wish set --wanted 60h --floor 70h --from 2027-W01 --to 2027-W02": (
        "--floor: 70 h is more than the 60 h wanted."
    ),
    "alba wish set --wanted 60h --ceiling 10h --from 2027-W01 --to 2027-W02": (
        "--ceiling: 10 h is less than the 60 h wanted."
    ),
    "alba lead publish ocds-none": ("PROCESS: there is no draft of 'ocds-none'."),
    "alba lead share {lead} --to Birch --custodian Birch --details x": (
        "--custodian: 'Birch' is not a co-op beside those that read it."
    ),
    "alba sealed list --about evt_zz": (
        "--about: no bid, capacity offer, lead, pledge or project has an id that "
        "starts with evt_zz."
    ),
    "alba consortium find {lead} --with Birch --without Birch": (
        "--with: 'Birch' is not to be in it as well as left out."
    ),
    "alba agreement sign evt_zz": (
        "AGREEMENT: no agreement has an id that starts with evt_zz."
    ),
    "birch lead open --via {taken-back}": (
        "--via: this co-op has not accepted that hand-over."
    ),
    "alba calendar show --weeks 99999": "--weeks: 99999 is not 1 to 66 weeks.",
    "alba calendar show --skill 'Bad Skill'": (
        "--skill: 'Bad Skill' is not lower-case letters, digits and hyphens."
    ),
    "alba wish set --wanted 60h --from 1969-12-31 --to 2027-W02": (
        "--from: '1969-12-31' is not a date (or an ISO week)."
    ),
    "alba wish set --wanted 60h --from 2027-W54 --to 2027-W60": (
        "--from: '2027-W54' is not a date that the calendar has."
    ),
    "alba wish set --wanted 60h --from 10000-01-01 --to 2027-W60": (
        "--from: '10000-01-01' is not a date (or an ISO week)."
    ),
    "alba wish set --wanted 60h --from 2027-02-01 --to 2027-01-01": (
        "--to: It ends on 2027-01-01, before it starts on 2027-02-01."
    ),
    "alba wish set --wanted 0.333h --from 2027-W01 --to 2027-W02": (
        "--wanted: '0.333h' is not a whole number of minutes (it comes to 19.980)."
    ),
    "alba capacity list --skill 'Web Dev'": (
        "--skill: 'Web Dev' is not lower-case letters, digits and hyphens."
    ),
    "alba capacity list --before nope!": (
        "--before: 'nope!' is not the beginning of an id."
    ),
    "alba booking set --per-week 5h --from 2027-W01 --to 2027-W02 --probability 0": (
        "--probability: 0 is not a whole number from 1 to 100."
    ),
    "alba booking set --per-week 5h --from 2027-W01 --to 2027-W02 --probability"
    " 50 --placeholder": (
        "--probability: it has no place beside placeholder: one or the other."
    ),
    "alba lead open --title '\u0007'": (
        "--title: '\\x07' is not one line of 1 to 200 characters."
    ),
    "alba lead open --title ok --link nope": (
        "--link: 'nope' is not an http or https address."
    ),
    "alba lead open --title ok --value 0GBP": "--value: '0' is not more than nothing.",
    "alba lead open --title ok --value 12.345GBP": (
        "--value: '12.345GBP' is not a clear amount: its point may stand before "
        "decimals or between thousands."
    ),
    "alba lead open --title ok --value 5.5JPY": (
        "--value: '5.5' is not an amount with at most 0 decimals (JPY)."
    ),
    "alba lead change {lead}": "Nothing is given that should change.",
    "birch lead change {lead} --title mine": (
        'LEAD: the lead "Market" is Alba\'s, and only its own node changes it.'
    ),
    "alba lead show evt_1": "LEAD: 'evt_1' is not the beginning of an id.",
    "alba lead show \U0001f4a5": ("LEAD: '\U0001f4a5' is not the beginning of an id."),
    "alba lead show coop_qm5m": "LEAD: 'coop_qm5m' is not the beginning of an id.",
    "alba lead advance {lead} nowhere": (
        "STATE: 'nowhere' is not one of bidding, closed, delivering, lost, open, "
        "passed-on, submitted, withdrawn, won."
    ),
    "alba lead advance {lead} closed": (
        "STATE: a lead that is open cannot become closed."
    ),
    "alba lead list --state open --state nope": (
        "--state: 'nope' is not one of bidding, closed, delivering, lost, open, "
        "passed-on, submitted, withdrawn, won."
    ),
    "alba lead list --coop Nobody": (
        "--coop: no member or applicant is called or starts with 'Nobody'."
    ),
    "alba report list --pledge {lead}": "--pledge: {lead} names a lead, not a pledge.",
    "alba lead import {file}": (
        "The file is no JSON: JSON is malformed: invalid character (byte 0)."
    ),
    "alba lead share {lead} --to Birch": (
        "--details: give them, or a file that has them (--from), not both."
    ),
    "alba lead lsit": (
        "No such command 'lsit'. (Did you mean one of: 'list', 'suited'?)"
    ),
    "alba lead list --sate open": (
        "No such option '--sate'. (Did you mean one of: '--after', '--most', "
        "'--state'?)"
    ),
    "alba lead show": "Missing argument 'LEAD'.",
    "alba lead show a b": "Got unexpected extra argument (b)",
    "alba interest set {lead} perhaps": (
        "LEAD: it is this co-op's own, so nobody asks for its interest."
    ),
    "alba handover list --standing lost": (
        "--standing: 'lost' is not one of declined, effective, offered, "
        "unmatched, withdrawn."
    ),
    "alba estimate agree {lead}": "BID: {lead} names a lead, not a bid.",
    "alba report list --standing lost": (
        "--standing: 'lost' is not one of accepted, disputed, reported, stale, "
        "withdrawn."
    ),
    "alba commitments Nobody": (
        "CO-OP: no member or applicant is called or starts with 'Nobody'."
    ),
    "alba acceptance withdraw {lead}": (
        "ID: {lead} names a lead, not an acceptance or pledge."
    ),
    "alba consortium find {lead} --seconds 9999": (
        "--seconds: 9999 is not 1 to 60 seconds."
    ),
    "alba sealed show {lead}": "ID: {lead} names a lead, not a sealed text.",
}
