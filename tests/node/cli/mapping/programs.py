"""What the node is asked for `token`, `webhook`, `changes`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
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
