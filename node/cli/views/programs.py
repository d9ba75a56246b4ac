"""What other programs do with the node: tokens, webhooks, the feed."""

from collections.abc import Mapping
from typing import Final

from node.cli import forms
from node.cli.forms import Row
from node.cli.page import Page
from node.cli.views.columns import View, of, put_table, rows_of
from node.cli.views.lists import listed

TOKENS: Final = (
    of("ID", "id"),
    of("Name", "name"),
    of("Scopes", "scopes", forms.several),
    of("State", "state"),
    of("Last used", "used", forms.moment),
    of("Made", "made", forms.moment, spare=True),
    of("Expires", "expires", forms.moment, spare=True),
)
WEBHOOKS: Final = (
    of("ID", "id"),
    of("State", "state"),
    of("Since", "since", forms.moment),
    of("Waiting", "waiting"),
    of("Kinds", "kinds", forms.several),
    of("URL", "url"),
    of("Made", "made", forms.moment, spare=True),
)
DELIVERIES: Final = (
    of("No.", "delivery"),
    of("Kind", "kind"),
    of("Event", "event", forms.brief),
    of("State", "state"),
    of("Tries", "attempts"),
    of("Tried", "tried", forms.moment),
    of("Due", "due", forms.moment, spare=True),
    of("Status", "status", spare=True),
    of("Why", "said"),
)
CHANGES: Final = (
    of("Event", "id", forms.brief),
    of("Written (UTC)", "time", forms.minute, spare=True),
    of("What", "told"),
    of("Verdict", "verdict"),
    of("Why", "reason"),
    of("So that", "moved"),
)


def _created(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.copyable(forms.line(result.get("secret")))
    page.aside(
        "This is shown once. Programs send it as `Authorization: Bearer …`; where to"
        " begin is at /api/v1/ of this node."
    )


def _added(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.copyable(forms.line(result.get("secret")))
    hook = forms.line(result.get("id"))
    page.aside(
        "This is shown once: the receiver checks signatures with it. Try it:"
        f" `wortley webhook test {hook}`."
    )


def _tested(page: Page, _args: Mapping[str, object], result: Row) -> None:
    if result.get("ok"):
        page.say(f"It answered within {forms.line(result.get('ms'))} ms.")
    else:
        page.say(f"It did not get through: {forms.line(result.get('said'))}.", "red")


def _replayed(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(f"Sent again: {forms.line(result.get('deliveries'))}.")


def _changes(page: Page, _args: Mapping[str, object], result: Row) -> None:
    shown = rows_of(result, "changes")
    if shown:
        put_table(page, CHANGES, shown)
    else:
        page.say("Nothing happened since.")
    page.aside(f"Go on: wortley changes --after {forms.line(result.get('next'))}")


def _said(sentence: str) -> View:
    def view(page: Page, _args: Mapping[str, object], result: Row) -> None:
        page.say(sentence.format(id=forms.line(result.get("id"))))

    return view


PROGRAMS: Final[dict[str, View]] = {
    "token.create": _created,
    "token.list": listed(
        "tokens",
        TOKENS,
        "No tokens yet. Make one: `wortley token create --name NAME --scope read`.",
    ),
    "token.revoke": _said("The token {id} is revoked."),
    "webhook.add": _added,
    "webhook.list": listed(
        "webhooks", WEBHOOKS, "No webhooks yet. Add one: `wortley webhook add URL`."
    ),
    "webhook.remove": _said("The webhook {id} is removed."),
    "webhook.test": _tested,
    "webhook.log": listed("deliveries", DELIVERIES, "Nothing was sent to it yet."),
    "webhook.replay": _replayed,
    "changes": _changes,
}
