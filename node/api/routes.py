"""Which command is asked for where: `project.list` is GET /projects.

By convention, from a command's name and arguments:

    NOUN                   GET /NOUN                      in READS, else POST
    family.list            GET /families
    family.show            GET /families/{family}         if it wants that argument
    family.VERB            POST /families                 a verb of OPENING
    family.VERB            POST /families/{family}/VERB   if it wants that argument
    family.VERB            POST /families/VERB            else
    family.export          GET /family[/{…}]              a file (FILES)
    csv.import             POST /csv/{what}               a file as the body (TAKEN)
    token.create           POST /tokens                   asked otherwise (FROM_AFAR)

A verb of two words (`project.milestone.set`) is two steps of the path.

What publishes (its arguments are `Writing`) wants the scope `write`, what reads `read`;
what else acts is in ACTS with its scope, for its type does not say that it does. A
command that none of this speaks of has no route, and a test says so.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from node.api.files import FILES, TAKEN, In, Out
from node.commands import tokens
from node.commands.command import Command
from node.commands.form import Paged, Writing
from node.commands.tokens import Scope

PREFIX: Final = "/api/v1"
Method = Literal["GET", "POST"]

#: What only makes sense at the node itself, and why; the document says it, too.
EXCLUDED: Final[Mapping[str, str]] = {
    "key.check": "The words of the recovery kit never cross a network.",
}

#: What is another thing where a token asks for it, and not a person at the node.
FROM_AFAR: Final[Mapping[str, Command]] = {"token.create": tokens.PASS_ON}

#: Commands beside `list` and `show` that only look.
READS: Final = frozenset(
    {
        "changes",
        "commitments",
        "consortium.find",
        "explain",
        "figures.collaborations",
        "figures.promises",
        "figures.reliability",
        "figures.reports",
        "figures.social",
        "ledger.statement",
        "lead.fits",
        "lead.rank",
        "lead.suited",
        "members",
        "netting.suggest",
        "round.what-if",
        "search",
        "status",
        "today",
        "webhook.log",
    }
)

#: What acts without publishing an event of its own, and the scope that it wants.
ACTS: Final[Mapping[str, Scope]] = {
    "network.create": "admin",
    "network.confirm": "admin",
    "invite": "admin",
    "join": "admin",
    "approve": "admin",
    "elector.on": "admin",
    "elector.off": "admin",
    "verify": "admin",
    "rebuild": "admin",
    "lead.publish": "write",
    # It says nothing in the co-op's name: what it brings others signed, for all of it.
    "log.import": "admin",
    "token.create": "read",
    "token.revoke": "admin",
    "webhook.add": "admin",
    "webhook.remove": "admin",
    "webhook.test": "admin",
    "webhook.replay": "admin",
}

#: Verbs that bring something into being: asked for at the list that it will stand in.
OPENING: Final = frozenset(
    {
        "add",
        "cast",
        "create",
        "draft",
        "issue",
        "make",
        "offer",
        "open",
        "propose",
        "send",
        "set",
    }
)

#: Families that are nothing but a file, so that their path needs no verb.
BARE: Final = frozenset({"atom", "csv", "ical", "valueflows"})

#: Families whose path is not their name with an s.
PATHS: Final[Mapping[str, str]] = {
    "atom": "atom",
    "calendar": "calendar",
    "capacity": "capacity",
    "consortium": "consortia",
    "csv": "csv",
    "figures": "figures",
    "ical": "ical",
    "ledger": "ledger",
    "log": "log",
    "network": "network",
    "profile": "profile",
    "sealed": "sealed",
    "search": "search",
    "valueflows": "valueflows",
}

#: Families whose one is not named by an argument of the family's name.
NAMED: Final[Mapping[str, str]] = {
    "capacity": "offer",
    "csv": "what",
    "explain": "id",
    "sealed": "text",
}

#: Families that are nothing for every reader: a website that shows leads with a token
#: of its own must not be one more reader of what was sealed for this co-op.
GUARDED: Final = frozenset({"sealed", "token", "webhook"})
#: What a reader may ask of them all the same: a token that opens no more than its own.
OPEN: Final = frozenset({"token.create"})


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """Where a command is asked for. `named` is the argument that stands in the path.

    file: what it answers with where that is no JSON; taken: the body where it is a file
    and the arguments stand in the query. `command` then has the arguments that go
    without a path on the node's disk.
    """

    name: str
    method: Method
    path: str
    scope: Scope
    named: str | None
    command: Command
    file: Out | None = None
    taken: In | None = None

    @property
    def family(self) -> str:
        """Give the first word of the command's name."""
        return self.name.partition(".")[0]

    @property
    def publishes(self) -> bool:
        """Tell whether it writes events, and so takes a key."""
        return self.taken is not None or issubclass(self.command.args, Writing)

    @property
    def passes_on(self) -> bool:
        """Tell whether it has to know which token asks."""
        return issubclass(self.command.args, tokens.PassOn)

    @property
    def hidden(self) -> frozenset[str]:
        """Name the arguments that stand neither in the query nor in the body."""
        hidden = {"key"} if self.publishes else set()
        if self.passes_on:
            hidden.add("by")
        if issubclass(self.command.args, Paged):
            # `limit` and `cursor` say the same.
            hidden |= {"most", "after"}
        return frozenset(hidden if self.named is None else {*hidden, self.named})

    @property
    def linked(self) -> bool:
        """Tell whether the address may hold the token."""
        return self.file is not None and self.file.linked

    def allows(self, scopes: frozenset[str]) -> bool:
        """Tell whether a token with these scopes may ask for it."""
        return tokens.opens(scopes, self.scope)


def route(name: str, command: Command) -> Route | None:
    """Give a command's route; None for one that is excluded or spoken of nowhere."""
    scope = _scope(name, command)
    if name in EXCLUDED or scope is None:
        return None
    family, _, verb = name.partition(".")
    command = FROM_AFAR.get(name, command)
    file, taken = FILES.get(name), TAKEN.get(name)
    if file is not None:
        command = msgspec.structs.replace(command, args=file.args)
    if taken is not None:
        command = msgspec.structs.replace(command, args=taken.args, result=taken.result)
    reads = name not in ACTS and scope in ("read", "feed", "subscribe")
    named = _named(family, command)
    return Route(
        name=name,
        method="GET" if reads else "POST",
        path=_path(family, verb, named),
        scope="admin" if family in GUARDED and name not in OPEN else scope,
        named=named,
        command=command,
        file=file,
        taken=taken,
    )


def routes(commands: Mapping[str, Command]) -> list[Route]:
    """Give the routes of all commands that have one."""
    found = [route(name, command) for name, command in commands.items()]
    return [one for one in found if one is not None]


def _looks(name: str) -> bool:
    return name in READS or name.partition(".")[2] in {"list", "show"}


def _scope(name: str, command: Command) -> Scope | None:
    if name == "changes":
        return "feed"
    if name in ACTS:
        return ACTS[name]
    if name in FILES:
        return "subscribe" if FILES[name].linked else "read"
    if name in TAKEN or issubclass(command.args, Writing):
        return "write"
    return "read" if _looks(name) else None


def _named(family: str, command: Command) -> str | None:
    wanted = NAMED.get(family, family)
    for field in msgspec.structs.fields(command.args):
        if field.name == wanted and field.required and field.type is str:
            return wanted
    return None


def _path(family: str, verb: str, named: str | None) -> str:
    parts = [PREFIX, _plural(family) if verb else family]
    if named is not None:
        parts.append(f"{{{named}}}")
    elif verb in OPENING:
        verb = ""
    if family in BARE:
        verb = ""
    if verb and verb not in {"list", "show"}:
        parts += verb.split(".")
    return "/".join(parts)


def _plural(family: str) -> str:
    if family in PATHS:
        return PATHS[family]
    if family.endswith(("s", "sh", "ch", "x")):
        return f"{family}es"
    return re.sub("y$", "ie", family) + "s"
