"""roster.json: SPEC 4.3 and 7."""

from protocol.canonical import ENCODER
from protocol.ids import BlockId, ChangeId
from protocol.roster import chain, change, gossip, identity
from protocol.roster.chain import Entry, Roster
from protocol.roster.change import OfCoop
from protocol.roster.deciding import Accept, Proposal
from protocol.roster.identity import Application, SignedCard
from tests.protocol.roster import (
    test_chain,
    test_change,
    test_deciding,
    test_gossip,
    test_identity,
)
from tests.protocol.world import Register
from tests.vectors.making.written import File, Json, small


def _state(roster: Roster) -> dict[str, Json]:
    return {
        "number": roster.number,
        "tip": roster.tip.hex(),
        "members": [
            {
                "coop": one.coop.hex(),
                "key": one.log_key.hex(),
                "since": one.since,
                "people": one.people,
            }
            for _, one in sorted(roster.members.items())
        ],
        "electors": [one.hex() for one in sorted(roster.electors)],
        "secretary": roster.secretary.hex(),
        "name": roster.charter.name,
        "epochs": sorted(roster.epochs()),
    }


def _grown() -> Register:
    """A network in which every kind of change has entered, and rules to come."""
    register = test_chain.three()
    register.admit(test_chain.DAISY)
    register.headcount(test_chain.BRAMBLE, 12)
    test_chain.decide(register, "secretary", OfCoop(test_chain.CLOVER.id))
    data = register.change("elector.off", OfCoop(test_chain.ACORN.id))
    register.decide(register.entry(data, [test_chain.ACORN]))
    test_chain.decide(register, "charter", change.Charter(name="Another name"))
    test_chain.decide(register, "charter", change.Charter(name="Later", rules=1))
    register.headcount(test_chain.BRAMBLE, 13)
    return register


def _chain() -> list[Json]:
    register = _grown()
    roster = chain.found(register.genesis)
    steps: list[Json] = [{"genesis": register.genesis.hex(), **_state(roster)}]
    for block, certificate in register.blocks:
        roster = chain.extend(roster, block, certificate)
        step: dict[str, Json] = {
            "block": block.hex(),
            "certificate": certificate.hex(),
        }
        steps.append(step | _state(roster))
    return steps


def _network() -> Register:
    """The network on whose last block all that follows stands."""
    register = test_chain.three()
    register.admit(test_chain.DAISY)
    return register


def _refused(
    register: Register, name: str, block: bytes, code: str, certificate: bytes = b""
) -> dict[str, Json]:
    certified = certificate or test_chain.certificate(register, block)
    return {
        "name": name,
        "block": block.hex(),
        "certificate": certified.hex(),
        "code": code,
    }


def _blocks() -> list[dict[str, Json]]:
    register = _network()
    refused = [
        _refused(register, name, test_chain.block(register, **fields), code)
        for name, (fields, code) in test_chain.BLOCKS.items()
    ]
    later = test_chain.block(register, number=register.roster.number + 2)
    refused.append(_refused(register, "later", later, "block-gap"))
    good = register.entry(register.change("charter", change.Charter(name="N")))
    for name, (kind, body, code) in test_chain.MOOT.items():
        entry = register.entry(register.change(kind, body))
        refused.append(_refused(register, name, register.block(entry), code))
    for name, (kind, subject, signers, carried) in test_chain.CARRIED.items():
        if carried:
            data = register.change(kind, test_chain.body_of(kind, subject))
            block = register.block(register.entry(data, signers))
            refused.append(_refused(register, name, block, carried))
    for name, (alter, code) in test_chain.APPROVALS.items():
        block = register.block(alter(good))
        refused.append(_refused(register, f"approvals-{name}", block, code))
    twice = register.block(good, good)
    refused.append(_refused(register, "change-twice", twice, "change-twice"))
    based = register.change(
        "charter", change.Charter(name="N"), base=BlockId(bytes(32))
    )
    block = register.block(register.entry(based))
    refused.append(_refused(register, "base-unknown", block, "change-base"))
    return refused


def _certificates() -> list[dict[str, Json]]:
    register = _network()
    good = register.block(_entry(register, 2))
    other = register.block(_entry(register, 3))
    electors = register.electors()
    accepts = test_chain.accepted(register, good, electors)
    wrong = {
        "minority": (
            test_chain.certificate(register, good, electors[:1]),
            "certificate",
        ),
        "swapped": (test_chain.encoded(accepts[::-1]), "certificate"),
        "doubled": (test_chain.encoded([accepts[0], *accepts]), "certificate"),
        "of-a-member": (
            test_chain.certificate(register, good, [*electors[:2], test_chain.DAISY]),
            "not-elector",
        ),
        "of-another-block": (
            test_chain.certificate(register, other),
            "signature-invalid",
        ),
        "of-another-term": (test_chain.certificate(register, good, term=1), "form"),
    }
    # A block that is wrong inside as well: the certificate is looked at first.
    twice = register.block(_entry(register, 2), _entry(register, 2))
    minority = test_chain.certificate(register, twice, electors[:1])
    return [
        *(
            _refused(register, f"certificate-{name}", good, code, certificate)
            for name, (certificate, code) in wrong.items()
        ),
        _refused(register, "certificate-first", twice, "certificate", minority),
    ]


def _entry(register: Register, people: int) -> Entry:
    return test_chain.headcounted(register, people)[0]


def _accepted_blocks() -> list[dict[str, Json]]:
    register = _network()
    made: list[dict[str, Json]] = []
    for signers in test_chain.MAJORITIES:
        block = register.block(_entry(register, 2))
        certificate = test_chain.certificate(register, block, signers)
        made.append(_accepted("majority", register, block, certificate))
    for name, (kind, subject, signers, refusal) in test_chain.CARRIED.items():
        if refusal is None:
            data = register.change(kind, test_chain.body_of(kind, subject))
            block = register.block(register.entry(data, signers))
            certificate = test_chain.certificate(register, block)
            made.append(_accepted(name, register, block, certificate))
    return made


def _accepted(
    name: str, register: Register, block: bytes, certificate: bytes
) -> dict[str, Json]:
    after = chain.extend(register.roster, block, certificate)
    case: dict[str, Json] = {
        "name": name,
        "block": block.hex(),
        "certificate": certificate.hex(),
    }
    return case | {"after": _state(after)}


def _changes() -> list[Json]:
    network = test_change.NETWORK
    made: list[Json] = []
    for kind, (body, _) in test_change.FORMS.items():
        data = change.write(kind, body, test_change.BASE, test_change.NONCE)
        parsed = change.parse(data, network)
        approval = change.approve(
            network,
            ChangeId(parsed.id),
            test_change.ACORN.id,
            test_change.ACORN.key,
        )
        made.append(
            {
                "kind": kind,
                "bytes": data.hex(),
                "id": parsed.id.hex(),
                "key": test_change.ACORN.public.hex(),
                "approval": approval.signature.hex(),
            }
        )
    return made


def _card(name: str, signed: SignedCard) -> dict[str, Json]:
    return {
        "name": name,
        "card": signed.card.hex(),
        "signature": signed.signature.hex(),
        "key": test_identity.ACORN.public.hex(),
    }


def _rivals(name: str, cards: list[identity.Card]) -> dict[str, Json]:
    """Write cards of one co-op as objects, and the id of the one that counts."""
    objects = [
        gossip.write(gossip.CardObject(test_identity.signed(one))) for one in cards
    ]
    ranked = sorted(
        (-card.counter, gossip.object_id(data))
        for card, data in zip(cards, objects, strict=True)
    )
    return {
        "name": name,
        "objects": [data.hex() for data in objects],
        "counts": ranked[0][1].hex(),
    }


def _application(name: str, made: Application) -> dict[str, Json]:
    return {
        "name": name,
        "inception": made.inception.hex(),
        "as": made.name,
        "signature": made.signature.hex(),
    }


def _identity() -> dict[str, Json]:
    names = ("Bramble", "\u00c9rable & C\u00f2 (2016)", "x" * 100)
    return {
        "inceptions-accept": [
            {
                "bytes": one.inception.hex(),
                "key": one.public.hex(),
                "coop": one.id.hex(),
            }
            for one in (test_identity.ACORN, test_identity.BRAMBLE)
        ],
        "inceptions-reject": [
            {"name": name, "bytes": data.hex(), "code": code}
            for name, (data, code) in test_identity.INCEPTIONS.items()
        ],
        "cards-accept": [
            _card(name, test_identity.signed(one))
            for name, one in test_identity.CARDS.items()
        ],
        "cards-reject": [
            _card(name, test_identity.signed(one)) | {"code": code}
            for name, (one, code) in test_identity.CARDS_REFUSED.items()
        ],
        "cards-order": [
            _rivals(
                "higher-counter", [test_identity.CARD, test_identity.card(counter=4)]
            ),
            _rivals(
                "equal-counters", [test_identity.CARD, test_identity.card(addresses=())]
            ),
        ],
        "applications-accept": [
            _application(name, test_identity.application(name))
            | {"coop": test_identity.BRAMBLE.id.hex()}
            for name in names
        ],
        "applications-reject": [
            _application(name, made) | {"code": code}
            for name, (made, code) in test_identity.APPLICATIONS.items()
        ],
        "invitations-accept": [
            {
                "text": test_identity.WRITTEN,
                "bytes": ENCODER.encode(test_identity.INVITATION).hex(),
            }
        ],
        "invitations-reject": small(
            {"name": name, "text": text, "code": code}
            for name, (text, code) in test_identity.INVITATIONS.items()
        ),
        "join-proof": [
            {
                "secret": test_identity.INVITATION.secret.hex(),
                "inception": test_identity.BRAMBLE.inception.hex(),
                "message": identity.join_proof_message(
                    test_identity.NETWORK, test_identity.BRAMBLE.inception
                ).hex(),
            }
        ],
    }


def _proposal(name: str, made: Proposal) -> dict[str, Json]:
    return {
        "name": name,
        "block": made.block.hex(),
        "term": made.term,
        "coop": made.coop.hex(),
        "signature": made.signature.hex(),
    }


def _accept(name: str, made: Accept) -> dict[str, Json]:
    return {
        "name": name,
        "number": made.number,
        "term": made.term,
        "block": made.block.hex(),
        "coop": made.coop.hex(),
        "signature": made.signature.hex(),
    }


def _deciding() -> dict[str, Json]:
    register = test_deciding.THREE
    return {
        "deciding-roster": [
            register.genesis.hex(),
            *([block.hex(), certified.hex()] for block, certified in register.blocks),
        ],
        "proposals-accept": [
            _proposal("secretary's", test_deciding.PROPOSAL)
            | {"id": test_deciding.BLOCK.hex()}
        ],
        "proposals-reject": [
            _proposal(name, made) | {"code": code}
            for name, (made, code) in test_deciding.PROPOSALS.items()
        ],
        "accepts-accept": [
            _accept(one.name, test_deciding.accept(one))
            for one in test_deciding.ELECTORS
        ],
        "accepts-reject": [
            _accept(name, test_deciding.altered(fields)) | {"code": code}
            for name, (fields, code) in test_deciding.ACCEPTS.items()
        ],
    }


def _gossip() -> dict[str, Json]:
    written = {
        name: gossip.write(made) for name, (made, _) in test_gossip.OBJECTS.items()
    }
    return {
        "objects-accept": [
            {
                "name": name,
                "bytes": data.hex(),
                "id": gossip.object_id(data).hex(),
            }
            for name, data in written.items()
        ],
        "objects-reject": small(
            {"name": name, "bytes": data.hex(), "code": code}
            for name, (data, code) in test_gossip.REFUSED.items()
        ),
    }


def make() -> File:
    register = _network()
    return {
        "about": "SPEC 4.3 and 7. `chain`: a roster from its genesis, block by block, "
        "and what it says after each. `blocks-*`: next blocks for the roster `base`, "
        "genesis first. Everything of identities is in the network `network`, every "
        "change in `change-network`, proposals and accepts on `deciding-roster`.",
        "chain": _chain(),
        "geneses-reject": small(
            {"name": name, "bytes": data.hex(), "code": code}
            for name, (data, code) in test_chain.GENESES.items()
        ),
        "base": [
            register.genesis.hex(),
            *([block.hex(), certified.hex()] for block, certified in register.blocks),
        ],
        "blocks-accept": _accepted_blocks(),
        "blocks-reject": small([*_blocks(), *_certificates()]),
        "change-network": test_change.NETWORK.hex(),
        "changes-accept": _changes(),
        "changes-reject": small(
            {"name": name, "bytes": data.hex(), "code": code}
            for name, (data, code) in test_change.REFUSED.items()
        ),
        "network": test_identity.NETWORK.hex(),
        **_identity(),
        **_deciding(),
        **_gossip(),
    }
