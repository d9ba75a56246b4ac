"""What a person sees and gets on a node that was restored."""

import pytest

from node.anchor import Restored
from tests.node.commands.nodes import Coop, share


async def test_the_first_publish_answers_with_what_was_wished(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, birch = two
    monkeypatch.setattr(alba.node.signer, "reason", Restored(reason="head-missing"))
    lead = await alba.ask("lead.open", title="Website", key="k")
    await share(two)
    page = await birch.ask("lead.show", lead=lead["id"])
    assert page["title"] == "Website"
    assert lead["ids"] == [lead["id"]]
    assert await alba.ask("lead.open", title="Website", key="k") == lead
    rows = (await birch.ask("log.show", coop="Alba"))["rows"]
    assert [row["kind"] for row in rows] == [
        "profile.set",
        "log.reopened",
        "lead.opened",
    ]
    assert len({row["incarnation"] for row in rows}) == 2
    assert (await birch.ask("verify"))["ok"]
