"""Each subcommand, as typed, and what the node is asked for it."""

from typing import Final

Args = dict[str, object]

#: What is typed after `wortley` -> the command and its arguments.
MAPPING: Final[dict[str, tuple[str, Args]]] = {
    "status": ("status", {}),
    "network create --name North": (
        "network.create",
        {"name": "North", "currency": "GBP"},
    ),
    "network create --name Nord --currency eur": (
        "network.create",
        {"name": "Nord", "currency": "EUR"},
    ),
    "network show": ("network.show", {}),
    "network confirm": ("network.confirm", {}),
    "invite": ("invite", {}),
    "join ' wortley-abc '": ("join", {"invitation": "wortley-abc"}),
    "key check Abandon ability able": (
        "key.check",
        {"words": ["abandon", "ability", "able"]},
    ),
    "members": ("members", {}),
    "approve 'Alba Works'": ("approve", {"coop": "Alba Works"}),
    "elector on": ("elector.on", {}),
    "elector on Alba": ("elector.on", {"coop": "Alba"}),
    "elector off": ("elector.off", {}),
    "elector off Alba": ("elector.off", {"coop": "Alba"}),
    "profile set --people 7": ("profile.set", {"people": 7}),
    "profile set --skill python --skill design --language en --language cy --day 7.5"
    " --name Alba --description 'We build' --web '' --place Leeds": (
        "profile.set",
        {
            "skills": ["python", "design"],
            "languages": ["en", "cy"],
            "day": 450,
            "name": "Alba",
            "description": "We build",
            "web": "",
            "place": "Leeds",
        },
    ),
    "profile show": ("profile.show", {}),
    "profile show Alba": ("profile.show", {"coop": "Alba"}),
    "wish set --wanted 60h --from 2027-W01 --to 2027-W13": (
        "wish.set",
        {"wanted": 3600, "starts": "2027-01-04", "ends": "2027-04-04"},
    ),
    "wish set --wanted 60h --floor 0h --ceiling '70h 30m' --from '4 Jan 2027'"
    " --to 2027-03-31": (
        "wish.set",
        {
            "wanted": 3600,
            "floor": 0,
            "ceiling": 4230,
            "starts": "2027-01-04",
            "ends": "2027-03-31",
        },
    ),
    "wish list": ("wish.list", {}),
    "wish list Alba": ("wish.list", {"coop": "Alba"}),
    "capacity offer --skill python --per-week 20h --from 2027-01-04 --to 2027-03-26": (
        "capacity.offer",
        {
            "skill": "python",
            "minutes": 1200,
            "starts": "2027-01-04",
            "ends": "2027-03-26",
        },
    ),
    "capacity offer --skill python --per-week 3d --from 2027-01-04 --to 2027-03-26"
    " --rate 600GBP/day --note 'from home'": (
        "capacity.offer",
        {
            "skill": "python",
            "minutes": 1440,
            "starts": "2027-01-04",
            "ends": "2027-03-26",
            "rate": {"amount": "600", "currency": "GBP", "minutes": 480},
            "note": "from home",
        },
    ),
    "capacity list": ("capacity.list", {"all": False}),
    "capacity list --coop Alba --skill python --all": (
        "capacity.list",
        {"coop": "Alba", "skill": "python", "all": True},
    ),
    "capacity withdraw evt_k3f": ("capacity.withdraw", {"offer": "evt_k3f"}),
    "booking set --per-week 30h --from 2027-W01 --to 2027-W08": (
        "booking.set",
        {
            "minutes": 1800,
            "starts": "2027-01-04",
            "ends": "2027-02-28",
            "placeholder": False,
        },
    ),
    "booking set --per-week 1w --from 2027-W01 --to 2027-W08 --skill python"
    " --probability 60 --note Maybe": (
        "booking.set",
        {
            "minutes": 2400,
            "starts": "2027-01-04",
            "ends": "2027-02-28",
            "skill": "python",
            "probability": 60,
            "placeholder": False,
            "note": "Maybe",
        },
    ),
    "booking set --per-week 5h --from 2027-W01 --to 2027-W08 --placeholder": (
        "booking.set",
        {
            "minutes": 300,
            "starts": "2027-01-04",
            "ends": "2027-02-28",
            "placeholder": True,
        },
    ),
    "booking move evt_k3f done": ("booking.move", {"booking": "evt_k3f", "to": "done"}),
    "booking release evt_k3f": (
        "booking.move",
        {"booking": "evt_k3f", "to": "released"},
    ),
    "booking list": ("booking.list", {"all": False}),
    "booking list --coop Alba --all": ("booking.list", {"coop": "Alba", "all": True}),
    "lead open --title Market": (
        "lead.open",
        {"title": "Market", "requirements": [], "cpv": []},
    ),
    "lead open --title Market --description Long --buyer Council --link https://a.example"
    " --need python:30d:2027-01-04:2027-W12 --want design --need 5=ux::2027-02-01"
    " --value £120,000 --deadline 2026-12-11 --from 2027-01-04 --to 2027-03-26"
    " --cpv 72200000 --cpv 72210000": (
        "lead.open",
        {
            "title": "Market",
            "description": "Long",
            "buyer": "Council",
            "link": "https://a.example",
            "requirements": [
                {
                    "skill": "python",
                    "must": True,
                    "minutes": 14400,
                    "starts": "2027-01-04",
                    "ends": "2027-03-28",
                },
                {"skill": "ux", "must": True, "line": 5, "starts": "2027-02-01"},
                {"skill": "design", "must": False},
            ],
            "value": {"amount": "120000", "currency": "GBP"},
            "deadline": "2026-12-11",
            "starts": "2027-01-04",
            "ends": "2027-03-26",
            "cpv": ["72200000", "72210000"],
        },
    ),
    "lead change evt_k3f --title Fair": (
        "lead.change",
        {"lead": "evt_k3f", "title": "Fair"},
    ),
    "lead change evt_k3f --need 1=python:40d --value 9000 --cpv 72200000": (
        "lead.change",
        {
            "lead": "evt_k3f",
            "requirements": [
                {"skill": "python", "must": True, "line": 1, "minutes": 19200}
            ],
            "value": {"amount": "9000"},
            "cpv": ["72200000"],
        },
    ),
    "lead list": ("lead.list", {"states": [], "drafts": False}),
    "lead list --state open --state bidding --coop Alba --drafts": (
        "lead.list",
        {"states": ["open", "bidding"], "coop": "Alba", "drafts": True},
    ),
    "lead show evt_k3f": ("lead.show", {"lead": "evt_k3f"}),
    "lead advance evt_k3f bidding": (
        "lead.advance",
        {"lead": "evt_k3f", "to": "bidding"},
    ),
    "lead advance evt_k3f lost --reason price --note 'Too dear'": (
        "lead.advance",
        {"lead": "evt_k3f", "to": "lost", "reason": "price", "note": "Too dear"},
    ),
    "lead import FILE": (
        "lead.import",
        {"path": "FILE", "publish": False, "dry_run": False},
    ),
    "lead import FILE --publish": (
        "lead.import",
        {"path": "FILE", "publish": True, "dry_run": False},
    ),
    "lead import FILE --dry-run": (
        "lead.import",
        {"path": "FILE", "publish": False, "dry_run": True},
    ),
    "lead publish ocds-213czf-1": ("lead.publish", {"process": "ocds-213czf-1"}),
    "project open --title Hosting --goal 5000": (
        "project.open",
        {"title": "Hosting", "goal": "5000", "idea": False, "themes": []},
    ),
    "project open --title Hosting --goal 5000GBP --minimum £3,000.50 --maximum 6000"
    " --closes 2027-W17 --idea --theme wellbeing --description D"
    " --link https://a.example": (
        "project.open",
        {
            "title": "Hosting",
            "goal": "5000",
            "currency": "GBP",
            "minimum": "3000.50",
            "maximum": "6000",
            "closes": "2027-05-02",
            "idea": True,
            "themes": ["wellbeing"],
            "description": "D",
            "link": "https://a.example",
        },
    ),
    "project list": ("project.list", {"states": []}),
    "project list --state open --coop Alba": (
        "project.list",
        {"states": ["open"], "coop": "Alba"},
    ),
    "project show evt_k3f": ("project.show", {"project": "evt_k3f"}),
    "project advance evt_k3f funded --note Done": (
        "project.advance",
        {"project": "evt_k3f", "to": "funded", "note": "Done"},
    ),
    "pledge work evt_k3f 40h": ("pledge.work", {"lead": "evt_k3f", "minutes": 2400}),
    "pledge work evt_k3f 12d --line 2 --skill python --from 2027-01-04 --to 2027-03-26"
    " --rate '75 GBP/h' --note Gladly": (
        "pledge.work",
        {
            "lead": "evt_k3f",
            "minutes": 5760,
            "line": 2,
            "skill": "python",
            "starts": "2027-01-04",
            "ends": "2027-03-26",
            "rate": {"amount": "75", "currency": "GBP", "minutes": 60},
            "note": "Gladly",
        },
    ),
    "pledge money evt_k3f 500": (
        "pledge.money",
        {"project": "evt_k3f", "amount": "500"},
    ),
    "pledge money evt_k3f 500.50EUR": (
        "pledge.money",
        {"project": "evt_k3f", "amount": "500.50"},
    ),
    "pledge accept evt_k3f": ("pledge.accept", {"pledge": "evt_k3f"}),
    "pledge accept evt_k3f --quantity 40h": (
        "pledge.accept",
        {"pledge": "evt_k3f", "quantity": 2400},
    ),
    "pledge accept evt_k3f --quantity 250": (
        "pledge.accept",
        {"pledge": "evt_k3f", "quantity": "250.0"},
    ),
    "pledge decline evt_k3f --reason covered --note Sorry": (
        "pledge.decline",
        {"pledge": "evt_k3f", "reason": "covered", "note": "Sorry"},
    ),
    "pledge confirm evt_k3f": ("pledge.confirm", {"pledge": "evt_k3f"}),
    "pledge withdraw evt_k3f": ("pledge.withdraw", {"pledge": "evt_k3f"}),
    "pledge release evt_k3f --reason illness": (
        "pledge.release",
        {"pledge": "evt_k3f", "reason": "illness"},
    ),
    "pledge list": ("pledge.list", {"mine": False, "standing": []}),
    "pledge list --mine --to evt_k3f --standing offered --standing accepted": (
        "pledge.list",
        {"mine": True, "to": "evt_k3f", "standing": ["offered", "accepted"]},
    ),
    "acceptance withdraw evt_k3f --reason changed": (
        "acceptance.withdraw",
        {"acceptance": "evt_k3f", "reason": "changed"},
    ),
    "project milestone set evt_k3f --step 40:2027-03-01 --step 60 --description Both": (
        "project.milestone.set",
        {
            "project": "evt_k3f",
            "steps": [{"percent": 40, "due": "2027-03-01"}, {"percent": 60}],
            "description": "Both",
        },
    ),
    "project milestone reach evt_k3f 2 --note Early": (
        "project.milestone.reach",
        {"project": "evt_k3f", "no": 2, "note": "Early"},
    ),
    "decision open --title Join": ("decision.open", {"title": "Join"}),
    "decision open --title Join --proposal 'We join' --link https://a.example"
    " --about evt_k3f --rule majority --basis member --quorum 60 --opens 2027-03-01"
    " --closes 2027-03-31": (
        "decision.open",
        {
            "title": "Join",
            "proposal": "We join",
            "link": "https://a.example",
            "about": "evt_k3f",
            "rule": "majority",
            "basis": "member",
            "quorum": 60,
            "opens": "2027-03-01",
            "closes": "2027-03-31",
        },
    ),
    "decision amend evt_k3f --proposal Later --title Join --link https://a.example": (
        "decision.amend",
        {
            "decision": "evt_k3f",
            "proposal": "Later",
            "title": "Join",
            "link": "https://a.example",
        },
    ),
    "decision withdraw evt_k3f --note Why": (
        "decision.withdraw",
        {"decision": "evt_k3f", "note": "Why"},
    ),
    "decision list": ("decision.list", {"states": []}),
    "decision list --state open --coop Alba": (
        "decision.list",
        {"states": ["open"], "coop": "Alba"},
    ),
    "decision show evt_k3f": ("decision.show", {"decision": "evt_k3f"}),
    "decision close evt_k3f": (
        "decision.close",
        {"decision": "evt_k3f", "early": False},
    ),
    "decision close evt_k3f --early --note All": (
        "decision.close",
        {"decision": "evt_k3f", "early": True, "note": "All"},
    ),
    "vote cast evt_k3f agree --reason Good": (
        "vote.cast",
        {"decision": "evt_k3f", "stance": "agree", "reason": "Good"},
    ),
    "vote withdraw evt_k3f --reason Unsure": (
        "vote.withdraw",
        {"decision": "evt_k3f", "reason": "Unsure"},
    ),
    "fund open --title Common": (
        "fund.open",
        {"title": "Common", "period": "none", "planned": False},
    ),
    "fund open --title Common --purpose All --contribution 50EUR --period month"
    " --planned": (
        "fund.open",
        {
            "title": "Common",
            "purpose": "All",
            "currency": "EUR",
            "contribution": "50",
            "period": "month",
            "planned": True,
        },
    ),
    "fund open --title Common --currency GBP": (
        "fund.open",
        {"title": "Common", "currency": "GBP", "period": "none", "planned": False},
    ),
    "fund contribute evt_k3f 50GBP --note March": (
        "fund.contribute",
        {"fund": "evt_k3f", "amount": "50", "currency": "GBP", "note": "March"},
    ),
    "fund advance evt_k3f closed --note Full": (
        "fund.advance",
        {"fund": "evt_k3f", "to": "closed", "note": "Full"},
    ),
    "fund list": ("fund.list", {"states": []}),
    "fund list --state open --coop Alba": (
        "fund.list",
        {"states": ["open"], "coop": "Alba"},
    ),
    "fund show evt_k3f": ("fund.show", {"fund": "evt_k3f"}),
    "round open --title Spring --closes 2027-04-30": (
        "round.open",
        {
            "title": "Spring",
            "closes": "2027-04-30",
            "mode": "own",
            "partly": False,
            "self_funding": False,
            "planned": False,
        },
    ),
    "round open --title Spring --closes 2027-04-30 --description All --mode equal"
    " --budget 5000EUR --fund evt_k3f --opens 2027-04-01 --vetoes 3 --partly"
    " --self-funding --planned": (
        "round.open",
        {
            "title": "Spring",
            "closes": "2027-04-30",
            "description": "All",
            "mode": "equal",
            "budget": "5000",
            "currency": "EUR",
            "fund": "evt_k3f",
            "opens": "2027-04-01",
            "vetoes": 3,
            "partly": True,
            "self_funding": True,
            "planned": True,
        },
    ),
    "round open --title Spring --closes 2027-04-30 --currency GBP": (
        "round.open",
        {
            "title": "Spring",
            "closes": "2027-04-30",
            "mode": "own",
            "currency": "GBP",
            "partly": False,
            "self_funding": False,
            "planned": False,
        },
    ),
    "round advance evt_k3f open --note Now": (
        "round.advance",
        {"round": "evt_k3f", "to": "open", "note": "Now"},
    ),
    "round allot evt_k3f": ("round.allot", {"round": "evt_k3f", "shares": []}),
    "round allot evt_k3f --share Alba=500 --share 'Birch & Co=300.50'": (
        "round.allot",
        {
            "round": "evt_k3f",
            "shares": [
                {"coop": "Alba", "amount": "500"},
                {"coop": "Birch & Co", "amount": "300.50"},
            ],
        },
    ),
    "round enter evt_k3f evt_m5h": (
        "round.enter",
        {"round": "evt_k3f", "project": "evt_m5h"},
    ),
    "round leave evt_k3f evt_m5h --reason Later": (
        "round.leave",
        {"round": "evt_k3f", "project": "evt_m5h", "reason": "Later"},
    ),
    "round pledge evt_k3f evt_m5h 250GBP --note Good": (
        "round.pledge",
        {
            "round": "evt_k3f",
            "project": "evt_m5h",
            "amount": "250",
            "currency": "GBP",
            "note": "Good",
        },
    ),
    "round veto evt_k3f evt_m5h --reason Harm": (
        "round.veto",
        {
            "round": "evt_k3f",
            "project": "evt_m5h",
            "withdraw": False,
            "reason": "Harm",
        },
    ),
    "round veto evt_k3f evt_m5h --withdraw": (
        "round.veto",
        {"round": "evt_k3f", "project": "evt_m5h", "withdraw": True},
    ),
    "round close evt_k3f --early --note All": (
        "round.close",
        {"round": "evt_k3f", "early": True, "note": "All"},
    ),
    "round list": ("round.list", {"states": []}),
    "round list --state open --coop Alba": (
        "round.list",
        {"states": ["open"], "coop": "Alba"},
    ),
    "round show evt_k3f": ("round.show", {"round": "evt_k3f"}),
    "round what-if evt_k3f": ("round.what-if", {"round": "evt_k3f"}),
    "round what-if evt_k3f --project evt_m5h --amount 250": (
        "round.what-if",
        {"round": "evt_k3f", "project": "evt_m5h", "amount": "250"},
    ),
    "commitments": ("commitments", {}),
    "commitments Alba": ("commitments", {"coop": "Alba"}),
    "explain evt_k3f": ("explain", {"id": "evt_k3f"}),
    "log show": ("log.show", {"last": 20}),
    "log show Alba --last 50": ("log.show", {"coop": "Alba", "last": 50}),
    "log export FILE": ("log.export", {"path": "FILE"}),
    "log import FILE": ("log.import", {"path": "FILE"}),
    "verify": ("verify", {}),
    "rebuild": ("rebuild", {}),
}
