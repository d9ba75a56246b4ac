"""`wortley token`, `webhook`, `changes`, `api`: what other programs do here."""

from typing import Final

import click

from node.cli.form import acts, asks, family
from node.cli.session import Ask, Session, ask

_top = click.Group()
_token = family("token", "Tokens with which other programs ask this node.")
_webhook = family("webhook", "Other programs that this node tells of events.")
_api = family("api", "The JSON API below /api/v1 of this node.")

_KIND: Final = click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    help="lead.opened, or all of a family: lead. May be repeated.",
)


@asks(
    _token,
    "create",
    'wortley token create --name "Our website" --scope read',
    'wortley token create --name "Intake form" --scope write --expires 365',
)
@click.option("--name", required=True, help="Which program or member it is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar="SCOPE",
    help="read, write, feed or admin. May be repeated.",
)
@click.option("--expires", type=int, metavar="DAYS", help="Else it lasts for good.")
def create(name: str, scopes: tuple[str, ...], expires: int | None) -> Ask:
    r"""Make a token, and show it this once.

    \b
    read   everything that a member may see
    write  publishing in the co-op's name
    feed   what happened, and nothing else
    admin  all of it, and what else this command can do
    """
    return ask("token.create", name=name, scopes=list(scopes), expires=expires)


@asks(_token, "list", "wortley token list")
def list_tokens() -> Ask:
    """List tokens: what they open, and when they were used last."""
    return ask("token.list")


@asks(_token, "revoke", "wortley token revoke k3fw72qa")
@click.argument("token")
def revoke(token: str) -> Ask:
    """End TOKEN, named by its id, for good."""
    return ask("token.revoke", token=token)


@asks(
    _webhook,
    "add",
    "wortley webhook add https://alba.example/hook",
    "wortley webhook add https://alba.example/hook --kind lead --kind pledge.confirmed",
)
@click.argument("url")
@_KIND
def add(url: str, kinds: tuple[str, ...]) -> Ask:
    """Tell URL of events from now on; shows the secret that it checks with.

    In the form of Standard Webhooks, for which there are libraries.
    """
    return ask("webhook.add", url=url, kinds=list(kinds))


@asks(_webhook, "list", "wortley webhook list")
def list_webhooks() -> Ask:
    """List webhooks and whether they work."""
    return ask("webhook.list")


@asks(_webhook, "remove", "wortley webhook remove k3fw72qa")
@click.argument("webhook")
def remove(webhook: str) -> Ask:
    """Tell WEBHOOK nothing any more."""
    return ask("webhook.remove", webhook=webhook)


@asks(_webhook, "test", "wortley webhook test k3fw72qa")
@click.argument("webhook")
def test(webhook: str) -> Ask:
    """Send WEBHOOK a test message, and say how that went."""
    return ask("webhook.test", webhook=webhook)


@asks(_webhook, "log", "wortley webhook log k3fw72qa")
@click.argument("webhook")
def log(webhook: str) -> Ask:
    """List what was sent to WEBHOOK, and how it went."""
    return ask("webhook.log", webhook=webhook)


@asks(_webhook, "replay", "wortley webhook replay k3fw72qa --delivery 12")
@click.argument("webhook")
@click.option(
    "--delivery", type=int, metavar="N", help="One of the log; else see above."
)
def replay(webhook: str, delivery: int | None) -> Ask:
    """Send again what was given up for WEBHOOK, and enable it."""
    return ask("webhook.replay", webhook=webhook, delivery=delivery)


@asks(_top, "changes", "wortley changes", "wortley changes --after now --wait 30")
@click.option("--after", metavar="CURSOR", help="As the answer before said; or: now.")
@click.option("--limit", type=int, metavar="N", help="Events looked through.")
@click.option(
    "--wait", type=int, metavar="SECONDS", help="Wait for something, if need be."
)
@_KIND
def changes(
    after: str | None, limit: int | None, wait: int | None, kinds: tuple[str, ...]
) -> Ask:
    """List what happened, in the order in which it came to this node."""
    return ask("changes", after=after, limit=limit, wait=wait, kinds=list(kinds))


@acts(_api, "document", "wortley api document > openapi.json")
def show_document(session: Session) -> None:
    """Print the API's document (OpenAPI 3.1), as it is at /api/v1/openapi.json."""
    # Here, for it draws in all that a node can do; --help needs none of it.
    from node.api import document, routes  # noqa: PLC0415
    from node.commands.table import COMMANDS as KNOWN  # noqa: PLC0415

    session.print_json(document.describe(routes.routes(KNOWN)))


COMMANDS: Final = (_token, _webhook, changes, _api)
