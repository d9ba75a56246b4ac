"""Agreements and signatures: forms of 8.14, law of 9.14."""

from tests.reference.forms import (
    ID,
    OPTIONAL,
    REQUIRED,
    SLUG,
    Entity,
    Event,
    Kind,
    Log,
    array,
    derived,
    entity_body,
    fields,
    need,
    one_of,
)

DRAFTED = fields(
    {
        "about": (ID, OPTIONAL),
        "kind": (
            one_of("consortium", "subcontract", "handover", "fund", "other"),
            REQUIRED,
        ),
        "parties": (array(ID, 40, 2), REQUIRED),
    }
)
SUPERSEDED = fields({"agreement": (ID, REQUIRED), "by": (ID, REQUIRED)})
ENDED = fields({"agreement": (ID, REQUIRED), "reason": (SLUG, OPTIONAL)})
SIGNED = fields(
    {"agreement": (ID, REQUIRED), "drafter": (ID, REQUIRED), "text": (ID, REQUIRED)}
)


def agreement_drafted(_log: Log, event: Event) -> list[Entity]:
    parties = event.body["parties"]
    need(len(set(parties)) == len(parties), "signer-twice")
    body = entity_body(event.body, texts=event.words())
    return [Entity(event.id, "agreement", "drafted", event.block, body)]


def _drafted(log: Log, event: Event) -> Entity:
    agreement = log.find("agreement", event.body["agreement"], "agreement-unknown")
    need(agreement.state == "drafted", "agreement-over")
    return agreement


def agreement_superseded(log: Log, event: Event) -> list[Entity]:
    agreement = _drafted(log, event)
    body = entity_body(agreement.body, by=event.body["by"])
    return [agreement._replace(state="superseded", body=body)]


def agreement_terminated(log: Log, event: Event) -> list[Entity]:
    agreement = _drafted(log, event)
    body = entity_body(agreement.body, reason=event.body.get("reason"))
    return [agreement._replace(state="terminated", body=body)]


def agreement_signed(log: Log, event: Event) -> list[Entity]:
    key = derived(log.coop, "signature", event.body["agreement"])
    former = log.get("signature", key)
    need(former is None or former.state == "withdrawn", "signed")
    return [Entity(key, "signature", "signed", event.block, event.body)]


def signature_withdrawn(log: Log, event: Event) -> list[Entity]:
    key = derived(log.coop, "signature", event.body["agreement"])
    signature = log.find("signature", key, "signature-unknown")
    need(signature.state == "signed", "signature-unknown")
    reason = event.body.get("reason")
    body = entity_body(signature.body, reason=reason, texts=event.words())
    return [signature._replace(state="withdrawn", body=body)]


AGREEMENTS = {
    "agreement.drafted": Kind(
        DRAFTED, agreement_drafted, ("title", "text"), ("title", "text")
    ),
    "agreement.superseded": Kind(SUPERSEDED, agreement_superseded),
    "agreement.terminated": Kind(ENDED, agreement_terminated, ("note",)),
    "agreement.signed": Kind(SIGNED, agreement_signed),
    "signature.withdrawn": Kind(ENDED, signature_withdrawn, ("note",)),
}
