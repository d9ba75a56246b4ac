"""Each subcommand, as typed, and what the node is asked for it."""

from typing import Final

Args = dict[str, object]

#: What is typed after `wortley` -> the command and its arguments.
MAPPING: Final[dict[str, tuple[str, Args]]] = {
    "status": ("status", {}),
    "search 'market hall' web": (
        "search",
        {"words": '"market hall" web', "families": [], "most": 20},
    ),
    "search web --family lead --family note --most 3": (
        "search",
        {"words": "web", "families": ["lead", "note"], "most": 3},
    ),
    "lead list --most 5 --before evt_k3f": (
        "lead.list",
        {"states": [], "drafts": False, "most": 5, "before": "evt_k3f"},
    ),
    "project list --most 5 --before evt_k3f": (
        "project.list",
        {"states": [], "most": 5, "before": "evt_k3f"},
    ),
    "pledge list --most 5 --before evt_k3f": (
        "pledge.list",
        {"mine": False, "standing": [], "most": 5, "before": "evt_k3f"},
    ),
    "commitments --most 5 --before evt_k3f": (
        "commitments",
        {"most": 5, "before": "evt_k3f"},
    ),
    "capacity list --most 5 --before evt_k3f": (
        "capacity.list",
        {"all": False, "most": 5, "before": "evt_k3f"},
    ),
    "booking list --most 5 --before evt_k3f": (
        "booking.list",
        {"all": False, "most": 5, "before": "evt_k3f"},
    ),
    "today": ("today", {"most": 100}),
    "today --most 5": ("today", {"most": 5}),
    "network create --name North": (
        "network.create",
        {"name": "North", "currency": "GBP"},
    ),
    "network create --name Nord --currency eur": (
        "network.create",
        {"name": "Nord", "currency": "EUR"},
    ),
    "calendar show": ("calendar.show", {"weeks": 13}),
    "calendar show --from 2027-W02 --weeks 5 --coop Alba --skill web --won evt_k3f": (
        "calendar.show",
        {
            "starts": "2027-01-11",
            "weeks": 5,
            "coop": "Alba",
            "skill": "web",
            "won": "evt_k3f",
        },
    ),
    "consortium find evt_k3f": (
        "consortium.find",
        {
            "lead": "evt_k3f",
            "aim": "fewest",
            "seconds": 2,
            "include": [],
            "exclude": [],
        },
    ),
    "consortium find evt_k3f --aim fairest --at-most 3 --with Alba --with Elm"
    " --without Birch --seconds 9": (
        "consortium.find",
        {
            "lead": "evt_k3f",
            "aim": "fairest",
            "at_most": 3,
            "include": ["Alba", "Elm"],
            "exclude": ["Birch"],
            "seconds": 9,
        },
    ),
    "lead fits evt_k3f": ("lead.fits", {"lead": "evt_k3f"}),
    "lead suited": ("lead.suited", {}),
    "lead suited --coop Alba": ("lead.suited", {"coop": "Alba"}),
    "lead rank": ("lead.rank", {"drafts": False}),
    "lead rank --state open --drafts": (
        "lead.rank",
        {"states": ["open"], "drafts": True},
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
    " --cpv 72200000-7 --cpv 72210000": (
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
    "commitments": ("commitments", {}),
    "commitments Alba": ("commitments", {"coop": "Alba"}),
    "explain evt_k3f": ("explain", {"id": "evt_k3f"}),
    "log show": ("log.show", {"last": 20}),
    "log show Alba --last 50": ("log.show", {"coop": "Alba", "last": 50}),
    "log export FILE": ("log.export", {"path": "FILE", "force": False}),
    "log export FILE --force": ("log.export", {"path": "FILE", "force": True}),
    "log import FILE": ("log.import", {"path": "FILE"}),
    "verify": ("verify", {}),
    "rebuild": ("rebuild", {}),
    "token create --name Web --scope read --scope feed": (
        "token.create",
        {"name": "Web", "scopes": ["read", "feed"]},
    ),
    "token create --name Web --scope write --expires 30": (
        "token.create",
        {"name": "Web", "scopes": ["write"], "expires": 30},
    ),
    "token list": ("token.list", {}),
    "token revoke k3fw72qa": ("token.revoke", {"token": "k3fw72qa"}),
    "webhook add https://alba.example/hook --kind lead": (
        "webhook.add",
        {"url": "https://alba.example/hook", "kinds": ["lead"]},
    ),
    "webhook list": ("webhook.list", {}),
    "webhook remove k3fw72qa": ("webhook.remove", {"webhook": "k3fw72qa"}),
    "webhook test k3fw72qa": ("webhook.test", {"webhook": "k3fw72qa"}),
    "webhook log k3fw72qa": ("webhook.log", {"webhook": "k3fw72qa"}),
    "webhook replay k3fw72qa": ("webhook.replay", {"webhook": "k3fw72qa"}),
    "webhook replay k3fw72qa --delivery 12": (
        "webhook.replay",
        {"webhook": "k3fw72qa", "delivery": 12},
    ),
    "changes": ("changes", {"kinds": []}),
    "changes --after now --limit 5 --wait 30 --kind lead": (
        "changes",
        {"after": "now", "limit": 5, "wait": 30, "kinds": ["lead"]},
    ),
}
