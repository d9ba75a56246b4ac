"""Each subcommand, as typed, and what the node is asked for it."""

from typing import Final

Args = dict[str, object]
#: What of a list is asked for first where nobody says how much, and no person looks on.
WHOLE: Final[Args] = {"after": "oldest", "most": 10_000}

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
    "lead list --most 5 --before evt_k3f --after oldest": (
        "lead.list",
        {
            "states": [],
            "drafts": False,
            "most": 5,
            "before": "evt_k3f",
            "after": "oldest",
        },
    ),
    "project list --most 5 --before evt_k3f --after oldest": (
        "project.list",
        {"states": [], "most": 5, "before": "evt_k3f", "after": "oldest"},
    ),
    "pledge list --most 5 --before evt_k3f --after oldest": (
        "pledge.list",
        {
            "mine": False,
            "standing": [],
            "most": 5,
            "before": "evt_k3f",
            "after": "oldest",
        },
    ),
    "commitments --most 5 --before evt_k3f --after oldest": (
        "commitments",
        {"most": 5, "before": "evt_k3f", "after": "oldest"},
    ),
    "capacity list --most 5 --before evt_k3f --after oldest": (
        "capacity.list",
        {"all": False, "most": 5, "before": "evt_k3f", "after": "oldest"},
    ),
    "booking list --most 5 --before evt_k3f --after oldest": (
        "booking.list",
        {"all": False, "most": 5, "before": "evt_k3f", "after": "oldest"},
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
    "lead share evt_k3f --to Birch --to Cedar --details 'Ask for Mae'": (
        "lead.share",
        {"lead": "evt_k3f", "details": "Ask for Mae", "to": ["Birch", "Cedar"]},
    ),
    "lead share evt_k3f --to Birch --custodian Elm --from FILE": (
        "lead.share",
        {"lead": "evt_k3f", "details": "", "to": ["Birch"], "custodians": ["Elm"]},
    ),
    "sealed rate evt_k3f 560GBP/day --to Birch --custodian Elm --note Extra": (
        "rate.share",
        {
            "about": "evt_k3f",
            "rate": {"amount": "560", "currency": "GBP", "minutes": 480},
            "note": "Extra",
            "to": ["Birch"],
            "custodians": ["Elm"],
        },
    ),
    "sealed list": ("sealed.list", {}),
    "sealed list --about evt_k3f --coop Alba": (
        "sealed.list",
        {"about": "evt_k3f", "coop": "Alba"},
    ),
    "sealed show evt_k3f": ("sealed.show", {"text": "evt_k3f"}),
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
    "capacity list": ("capacity.list", {"all": False, **WHOLE}),
    "capacity list --coop Alba --skill python --all": (
        "capacity.list",
        {"coop": "Alba", "skill": "python", "all": True, **WHOLE},
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
    "booking list": ("booking.list", {"all": False, **WHOLE}),
    "booking list --coop Alba --all": (
        "booking.list",
        {"coop": "Alba", "all": True, **WHOLE},
    ),
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
    "lead list": ("lead.list", {"states": [], "drafts": False, **WHOLE}),
    "lead list --state open --state bidding --coop Alba --drafts": (
        "lead.list",
        {"states": ["open", "bidding"], "coop": "Alba", "drafts": True, **WHOLE},
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
    "project list": ("project.list", {"states": [], **WHOLE}),
    "project list --state open --coop Alba": (
        "project.list",
        {"states": ["open"], "coop": "Alba", **WHOLE},
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
    "pledge list": ("pledge.list", {"mine": False, "standing": [], **WHOLE}),
    "pledge list --mine --to evt_k3f --standing offered --standing accepted": (
        "pledge.list",
        {"mine": True, "to": "evt_k3f", "standing": ["offered", "accepted"], **WHOLE},
    ),
    "acceptance withdraw evt_k3f --reason changed": (
        "acceptance.withdraw",
        {"acceptance": "evt_k3f", "reason": "changed"},
    ),
    "interest set evt_k3f interested": (
        "interest.set",
        {"lead": "evt_k3f", "stance": "interested"},
    ),
    "interest set evt_k3f declined --reason full --note Later": (
        "interest.set",
        {"lead": "evt_k3f", "stance": "declined", "reason": "full", "note": "Later"},
    ),
    "interest list": ("interest.list", {"stances": []}),
    "interest list --lead evt_k3f --coop Alba --stance watching": (
        "interest.list",
        {"lead": "evt_k3f", "coop": "Alba", "stances": ["watching"]},
    ),
    "handover offer evt_k3f Birch --terms Net --fee 500GBP --due end --note Hi": (
        "handover.offer",
        {
            "lead": "evt_k3f",
            "to": "Birch",
            "terms": "Net",
            "fee": {"amount": "500", "currency": "GBP"},
            "due": "end",
            "note": "Hi",
        },
    ),
    "handover offer evt_k3f Birch --terms @FILE --share 12.5%": (
        "handover.offer",
        {"lead": "evt_k3f", "to": "Birch", "terms": "", "share": "12.5"},
    ),
    "handover accept evt_k3f": (
        "handover.accept",
        {"handover": "evt_k3f", "open": False},
    ),
    "handover accept evt_k3f --open": (
        "handover.accept",
        {"handover": "evt_k3f", "open": True},
    ),
    "handover decline evt_k3f --reason price --note Dear": (
        "handover.decline",
        {"handover": "evt_k3f", "reason": "price", "note": "Dear"},
    ),
    "handover withdraw evt_k3f --reason kept --note Sorry": (
        "handover.withdraw",
        {"handover": "evt_k3f", "reason": "kept", "note": "Sorry"},
    ),
    "handover list": ("handover.list", {"standing": []}),
    "handover list --standing offered --coop Alba": (
        "handover.list",
        {"standing": ["offered"], "coop": "Alba"},
    ),
    "handover show evt_k3f": ("handover.show", {"handover": "evt_k3f"}),
    "lead open --via evt_k3f": (
        "lead.open",
        {"via": "evt_k3f", "requirements": [], "cpv": []},
    ),
    "bid open evt_k3f --party Alba:100%": (
        "bid.open",
        {
            "lead": "evt_k3f",
            "parties": [{"coop": "Alba", "share": "100"}],
            "fees": [],
            "risk": "lead",
        },
    ),
    "bid open evt_k3f --party Alba:rest:30d --party 'Birch Works:40%::9000GBP:A'"
    " --party Elm --fee Cedar=5% --fund 2.5 --risk shared --note Tight": (
        "bid.open",
        {
            "lead": "evt_k3f",
            "parties": [
                {"coop": "Alba", "share": "rest", "minutes": 14400},
                {
                    "coop": "Birch Works",
                    "share": "40",
                    "amount": {"amount": "9000", "currency": "GBP"},
                    "lot": "A",
                },
                {"coop": "Elm"},
            ],
            "fees": [{"coop": "Cedar", "share": "5"}],
            "fund": "2.5",
            "risk": "shared",
            "note": "Tight",
        },
    ),
    "bid change evt_k3f --party Alba:100% --fee Cedar=5% --risk by-lot --note New": (
        "bid.change",
        {
            "bid": "evt_k3f",
            "parties": [{"coop": "Alba", "share": "100"}],
            "fees": [{"coop": "Cedar", "share": "5"}],
            "risk": "by-lot",
            "note": "New",
        },
    ),
    "bid change evt_k3f --fund ''": ("bid.change", {"bid": "evt_k3f", "fund": ""}),
    "bid advance evt_k3f agreed": (
        "bid.advance",
        {"bid": "evt_k3f", "to": "agreed", "anyway": False},
    ),
    "bid advance evt_k3f lost --anyway --reason price --note Dear": (
        "bid.advance",
        {
            "bid": "evt_k3f",
            "to": "lost",
            "anyway": True,
            "reason": "price",
            "note": "Dear",
        },
    ),
    "bid list": ("bid.list", {"states": []}),
    "bid list --state won --coop Alba": (
        "bid.list",
        {"states": ["won"], "coop": "Alba"},
    ),
    "bid show evt_k3f": ("bid.show", {"bid": "evt_k3f"}),
    "bid share evt_k3f --to Birch --to Cedar --details 'Go down to 17 000'": (
        "bid.share",
        {
            "bid": "evt_k3f",
            "to": ["Birch", "Cedar"],
            "details": "Go down to 17 000",
        },
    ),
    "bid share evt_k3f --to Birch --custodian Elm --from FILE": (
        "bid.share",
        {"bid": "evt_k3f", "details": "", "to": ["Birch"], "custodians": ["Elm"]},
    ),
    "estimate agree evt_k3f --lot A --note Fine": (
        "estimate.agree",
        {"bid": "evt_k3f", "lot": "A", "note": "Fine"},
    ),
    "estimate object evt_k3f --lot A --note '40 days'": (
        "estimate.object",
        {"bid": "evt_k3f", "lot": "A", "note": "40 days"},
    ),
    "estimate list": ("estimate.list", {"standing": []}),
    "estimate list --bid evt_k3f --coop Alba --standing stale": (
        "estimate.list",
        {"bid": "evt_k3f", "coop": "Alba", "standing": ["stale"]},
    ),
    "agreement draft --title Us --text 'We share.' --party Birch": (
        "agreement.draft",
        {
            "title": "Us",
            "text": "We share.",
            "parties": ["Birch"],
            "subject": "consortium",
            "for_others": False,
        },
    ),
    "agreement draft --title Us --text @FILE --party Birch --party Cedar --kind fund"
    " --about evt_k3f --for-others": (
        "agreement.draft",
        {
            "title": "Us",
            "text": "",
            "parties": ["Birch", "Cedar"],
            "subject": "fund",
            "about": "evt_k3f",
            "for_others": True,
        },
    ),
    "agreement sign evt_k3f": ("agreement.sign", {"agreement": "evt_k3f"}),
    "agreement withdraw evt_k3f --reason changed --note Sorry": (
        "agreement.withdraw",
        {"agreement": "evt_k3f", "reason": "changed", "note": "Sorry"},
    ),
    "agreement supersede evt_k3f --by evt_r6m": (
        "agreement.supersede",
        {"agreement": "evt_k3f", "by": "evt_r6m"},
    ),
    "agreement terminate evt_k3f --reason done --note Thanks": (
        "agreement.terminate",
        {"agreement": "evt_k3f", "reason": "done", "note": "Thanks"},
    ),
    "agreement list": ("agreement.list", {"standing": [], "to_sign": False}),
    "agreement list --standing drafted --coop Alba --to-sign": (
        "agreement.list",
        {"standing": ["drafted"], "coop": "Alba", "to_sign": True},
    ),
    "agreement show evt_k3f": ("agreement.show", {"agreement": "evt_k3f"}),
    "report make evt_k3f 38h --from 2027-01-04 --to 2027-W04 --unpaid": (
        "report.make",
        {
            "pledge": "evt_k3f",
            "minutes": 2280,
            "starts": "2027-01-04",
            "ends": "2027-01-31",
            "unpaid": True,
            "themes": [],
        },
    ),
    "report make evt_k3f 1d --from 2027-01-04 --to 2027-01-04 --amount £500"
    " --theme wellbeing=2h --theme design --outcome jobs --summary Done": (
        "report.make",
        {
            "pledge": "evt_k3f",
            "minutes": 480,
            "starts": "2027-01-04",
            "ends": "2027-01-04",
            "amount": {"amount": "500", "currency": "GBP"},
            "unpaid": False,
            "themes": [{"theme": "wellbeing", "minutes": 120}, {"theme": "design"}],
            "outcome": "jobs",
            "summary": "Done",
        },
    ),
    "report correct evt_k3f --effort 36h --unpaid": (
        "report.correct",
        {"report": "evt_k3f", "minutes": 2160, "unpaid": True},
    ),
    "report correct evt_k3f --from 2027-01-04 --to 2027-01-05 --amount 5 --theme a"
    " --outcome jobs --summary Less": (
        "report.correct",
        {
            "report": "evt_k3f",
            "starts": "2027-01-04",
            "ends": "2027-01-05",
            "amount": {"amount": "5"},
            "unpaid": False,
            "themes": [{"theme": "a"}],
            "outcome": "jobs",
            "summary": "Less",
        },
    ),
    "report withdraw evt_k3f --reason twice --note Sorry": (
        "report.withdraw",
        {"report": "evt_k3f", "reason": "twice", "note": "Sorry"},
    ),
    "report accept evt_k3f": ("report.accept", {"report": "evt_k3f"}),
    "report dispute evt_k3f --reason hours --note No": (
        "report.dispute",
        {"report": "evt_k3f", "reason": "hours", "note": "No"},
    ),
    "report list": ("report.list", {"standing": []}),
    "report list --coop Alba --pledge evt_k3f --standing accepted": (
        "report.list",
        {"coop": "Alba", "pledge": "evt_k3f", "standing": ["accepted"]},
    ),
    "report show evt_k3f": ("report.show", {"report": "evt_k3f"}),
    "invoice issue --report evt_a --report evt_b": (
        "invoice.issue",
        {"reports": ["evt_a", "evt_b"]},
    ),
    "invoice issue --to Alba --amount 500GBP --due 2027-05-31 --promise evt_p"
    " --number 7/27 --note 'As agreed'": (
        "invoice.issue",
        {
            "payer": "Alba",
            "amount": {"amount": "500", "currency": "GBP"},
            "due": "2027-05-31",
            "reports": [],
            "promise": "evt_p",
            "number": "7/27",
            "note": "As agreed",
        },
    ),
    "invoice withdraw evt_k3f --reason twice --note Sorry": (
        "invoice.withdraw",
        {"invoice": "evt_k3f", "reason": "twice", "note": "Sorry"},
    ),
    "invoice approve evt_k3f": ("invoice.approve", {"invoice": "evt_k3f"}),
    "invoice dispute evt_k3f --reason price --note Half": (
        "invoice.dispute",
        {"invoice": "evt_k3f", "reason": "price", "note": "Half"},
    ),
    "invoice list --coop Alba --standing issued": (
        "invoice.list",
        {"coop": "Alba", "standing": ["issued"]},
    ),
    "invoice show evt_k3f": ("invoice.show", {"invoice": "evt_k3f"}),
    "payment send --invoice evt_k3f": ("payment.send", {"invoice": "evt_k3f"}),
    "payment send --to Alba --amount 20€ --on 2027-05-04 --promise evt_p --note Rent": (
        "payment.send",
        {
            "payee": "Alba",
            "amount": {"amount": "20", "currency": "EUR"},
            "date": "2027-05-04",
            "promise": "evt_p",
            "note": "Rent",
        },
    ),
    "payment correct evt_k3f 450 --note Typo": (
        "payment.correct",
        {"payment": "evt_k3f", "amount": {"amount": "450"}, "note": "Typo"},
    ),
    "payment cancel evt_k3f --reason returned --note Back": (
        "payment.cancel",
        {"payment": "evt_k3f", "reason": "returned", "note": "Back"},
    ),
    "payment receive evt_k3f": ("payment.receive", {"payment": "evt_k3f"}),
    "payment receive evt_k3f --amount 480": (
        "payment.receive",
        {"payment": "evt_k3f", "amount": {"amount": "480"}},
    ),
    "payment dispute evt_k3f --reason gone --note Where": (
        "payment.dispute",
        {"payment": "evt_k3f", "reason": "gone", "note": "Where"},
    ),
    "payment list --coop Alba --standing transit": (
        "payment.list",
        {"coop": "Alba", "standing": ["transit"]},
    ),
    "ledger show": ("ledger.show", {}),
    "ledger show --with Alba --currency eur": (
        "ledger.show",
        {"coop": "Alba", "currency": "EUR"},
    ),
    "ledger statement Alba --from 2027-01-01 --to 2027-W12": (
        "ledger.statement",
        {"coop": "Alba", "starts": "2027-01-01", "ends": "2027-03-28"},
    ),
    "netting suggest --coop Alba": ("netting.suggest", {"coop": "Alba"}),
    "netting propose Alba Birch": ("netting.propose", {"coops": ["Alba", "Birch"]}),
    "netting propose Alba --amount 250GBP --note Why": (
        "netting.propose",
        {"coops": ["Alba"], "amount": "250", "currency": "GBP", "note": "Why"},
    ),
    "netting agree evt_k3f": ("netting.agree", {"netting": "evt_k3f"}),
    "netting decline evt_k3f --reason paid --note Late": (
        "netting.decline",
        {"netting": "evt_k3f", "reason": "paid", "note": "Late"},
    ),
    "netting list --coop Alba --standing open": (
        "netting.list",
        {"coop": "Alba", "standing": ["open"]},
    ),
    "mediation agree evt_k3f --mediator Cedar --party Alba --party Birch --note Hm": (
        "mediation.agree",
        {
            "about": "evt_k3f",
            "mediator": "Cedar",
            "parties": ["Alba", "Birch"],
            "note": "Hm",
        },
    ),
    "mediation accept evt_k3f": (
        "mediation.accept",
        {"about": "evt_k3f", "parties": []},
    ),
    "mediation accept evt_k3f --party Alba --note Yes": (
        "mediation.accept",
        {"about": "evt_k3f", "parties": ["Alba"], "note": "Yes"},
    ),
    "mediation end evt_k3f --reason settled --note Done": (
        "mediation.end",
        {"about": "evt_k3f", "reason": "settled", "note": "Done"},
    ),
    "mediation list --coop Alba": ("mediation.list", {"coop": "Alba"}),
    "figures social --coop Alba --from 2027-01-01 --to 2027-12-31": (
        "figures.social",
        {"coop": "Alba", "starts": "2027-01-01", "ends": "2027-12-31"},
    ),
    "figures reports --coop Alba --from 2027-01-01 --to 2027-12-31 --theme wellbeing"
    " --outcome jobs --after oldest --before evt_k3f --most 5": (
        "figures.reports",
        {
            "coop": "Alba",
            "starts": "2027-01-01",
            "ends": "2027-12-31",
            "theme": "wellbeing",
            "outcome": "jobs",
            "after": "oldest",
            "before": "evt_k3f",
            "most": 5,
        },
    ),
    "figures collaborations --coop Alba --after oldest --before now --most 9": (
        "figures.collaborations",
        {"coop": "Alba", "after": "oldest", "before": "now", "most": 9},
    ),
    "figures reliability --coop Alba": ("figures.reliability", {"coop": "Alba"}),
    "figures promises --coop Alba --fate broken --fate open --reason price"
    " --after oldest --before evt_k3f --most 9": (
        "figures.promises",
        {
            "coop": "Alba",
            "fate": ["broken", "open"],
            "reason": "price",
            "after": "oldest",
            "before": "evt_k3f",
            "most": 9,
        },
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
    "commitments": ("commitments", WHOLE),
    "commitments Alba": ("commitments", {"coop": "Alba", **WHOLE}),
    "explain evt_k3f": ("explain", {"id": "evt_k3f"}),
    "log show": ("log.show", {"last": 20}),
    "log show Alba --last 50": ("log.show", {"coop": "Alba", "last": 50}),
    "csv export capacity FILE": (
        "csv.export",
        {"what": "capacity", "path": "FILE", "force": False},
    ),
    "csv export leads FILE --coop Alba --style comma --force": (
        "csv.export",
        {
            "what": "leads",
            "path": "FILE",
            "coop": "Alba",
            "style": "comma",
            "force": True,
        },
    ),
    "csv import capacity FILE": (
        "csv.import",
        {"what": "capacity", "path": "FILE", "dry_run": False},
    ),
    "csv import leads FILE --dry-run --dates day-first": (
        "csv.import",
        {"what": "leads", "path": "FILE", "dry_run": True, "dates": "day-first"},
    ),
    "csv import payments FILE --dates day-first": (
        "csv.import",
        {"what": "payments", "path": "FILE", "dry_run": False, "dates": "day-first"},
    ),
    "ical export FILE": ("ical.export", {"path": "FILE", "force": False}),
    "ical export FILE --coop Alba --force": (
        "ical.export",
        {"path": "FILE", "coop": "Alba", "force": True},
    ),
    "atom export FILE": ("atom.export", {"path": "FILE", "force": False}),
    "atom export FILE --force": ("atom.export", {"path": "FILE", "force": True}),
    "valueflows export FILE": ("valueflows.export", {"path": "FILE", "force": False}),
    "valueflows export FILE --force": (
        "valueflows.export",
        {"path": "FILE", "force": True},
    ),
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
