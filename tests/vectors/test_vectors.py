"""The files are as they would be written now, and the protocol does as they say."""

import io
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import msgspec
import pytest

from protocol import (
    canonical,
    citing,
    equivocation,
    event,
    export,
    fold,
    ids,
    keys,
    limits,
    log,
    rules,
    sealing,
    state,
    sync,
    walks,
    wire,
)
from protocol.citing import Stretch
from protocol.equivocation import Proof, Side
from protocol.errors import Malformed, ProtocolError
from protocol.ids import BlockId, CoopId, EventId, Incarnation, NetworkId
from protocol.joins.commitments import Commitment, join
from protocol.joins.coverage import cover_lead, cover_project
from protocol.joins.decisions import decide
from protocol.joins.rounds import fund, promises
from protocol.log import Chain, Place, Run
from protocol.roster import chain, change, deciding, gossip, identity
from protocol.roster.chain import Member
from protocol.roster.change import Approval, Charter
from protocol.roster.deciding import Accept, Proposal
from protocol.roster.identity import Application, SignedCard
from protocol.rules.leads import Lead
from protocol.rules.projects import Project
from protocol.state import Entity
from protocol.walks import Adoption, Branch, Span
from tests.vectors.generate import FILES, FOLDER, written
from tests.vectors.making.written import tagged

Case = Mapping[str, Any]
hexed: Final = bytes.fromhex


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_as_it_would_be_written_now(name: str) -> None:
    # Not an assert: pytest would take minutes to show the difference.
    if (FOLDER / name).read_bytes() != written(name):
        pytest.fail(f"{name}: python -m tests.vectors.generate, and look at the diff")


def test_every_file_is_written_here() -> None:
    assert {path.name for path in FOLDER.glob("*.json")} == set(FILES)


def read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / name).read_bytes())
    return loaded


def code_of(check: Callable[[], object]) -> str | None:
    """Give the code with which something is refused, or None."""
    try:
        check()
    except ProtocolError as error:
        return error.code
    return None


def refusals(
    cases: list[Case], check: Callable[[Case], object]
) -> list[tuple[str, str | None, str]]:
    """Find the cases that are not refused with their code."""
    found = [
        (case["name"], code_of(partial(check, case)), case["code"]) for case in cases
    ]
    return [one for one in found if one[1] != one[2]]


# --- canonical, ids, keys, events -----------------------------------------------------


def test_canonical() -> None:
    file = read("canonical.json")
    most = file["most"]
    for case in file["accept"]:
        data = hexed(case["bytes"])
        value = canonical.decode(data, most=most)
        assert tagged(value) == case["value"], case["name"]
        assert canonical.encode(value) == data
    assert not refusals(
        file["reject"], lambda case: canonical.decode(hexed(case["bytes"]), most=most)
    )


def test_ids() -> None:
    file = read("ids.json")
    for case in file["digest"]:
        parts = [hexed(part) for part in case["parts"]]
        assert ids.digest(case["tag"], *parts).hex() == case["digest"]
    for case in file["accept"]:
        assert ids.parse(case["prefix"], case["text"]).hex() == case["bytes"]
        assert ids.text(case["prefix"], hexed(case["bytes"])) == case["text"]
    assert not refusals(
        file["reject"], lambda case: ids.parse(case["prefix"], case["text"])
    )
    for case in file["entity"]:
        coop, key = CoopId(hexed(case["coop"])), hexed(case["key"])
        assert ids.entity_id(coop, case["family"], key).hex() == case["id"]
    for case in file["text"]:
        parts = [hexed(case[name]) for name in ("coop", "salt", "words")]
        assert event.commit_text(*parts).hex() == case["commitment"]
    for case in file["event"]:
        made = event.identify(hexed(case["before"]), hexed(case["bytes"]))
        assert made.hex() == case["id"]


def test_ids_of_sets() -> None:
    file = read("ids.json")
    for case in file["next-key"]:
        assert keys.next_key_digest(hexed(case["key"])).hex() == case["digest"]
    for case in file["heads"]:
        heads = [
            (hexed(one), hexed(name), seq, hexed(last))
            for one, name, seq, last in case["heads"]
        ]
        assert sync.heads_digest(heads).hex() == case["digest"]
    for case in file["gossip"]:
        objects = [hexed(one) for one in case["objects"]]
        assert gossip.gossip_digest(objects).hex() == case["digest"]


def verdict(case: Case) -> str:
    public, message, signature = (
        hexed(case[name]) for name in ("public", "message", "signature")
    )
    try:
        stands = keys.verify(public, case.get("purpose", ""), message, signature)
    except Malformed:
        return "refuse"
    return "accept" if stands else "reject"


def test_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    file = read("keys.json")
    for case in file["sign"]:
        key = keys.Private.from_private_bytes(hexed(case["seed"]))
        assert keys.public_bytes(key).hex() == case["public"]
        made = keys.sign(key, case["purpose"], hexed(case["message"]))
        assert made.hex() == case["signature"]
    assert [one for one in file["edges"] if verdict(one) != one["verdict"]] == []
    for case in file["keys"]:
        public = hexed(case["public"])
        assert code_of(partial(keys.check_key, public)) == "key-refused"
    monkeypatch.setattr(keys, "tag", lambda _purpose: b"")
    assert [one for one in file["published"] if verdict(one) != one["verdict"]] == []


def test_events() -> None:
    file = read("events.json")
    for case in file["accept"]:
        read_ = event.parse(hexed(case["bytes"]))
        assert [read_.epoch.number, read_.epoch.block.hex()] == case["epoch"]
        assert (read_.time_ms, read_.kind) == (case["time_ms"], case["kind"])
        assert bytes(read_.body).hex() == case["body"]
        texts = [[ref.role, ref.commitment.hex(), ref.size] for ref in read_.texts]
        assert texts == case["texts"]
    assert not refusals(file["reject"], lambda case: event.parse(hexed(case["bytes"])))
    for case in file["unreadable"]:
        reading = fold.read(bytes(32), 1, bytes(32), hexed(case["bytes"]))
        assert reading.void is not None
        assert reading.void.code == case["void"]
        assert (reading.epoch is not None) == case["epoch"]


# --- runs, proofs, walks --------------------------------------------------------------


def place(written_: Any) -> Place | None:  # noqa: ANN401 - as JSON has it
    if written_ is None:
        return None
    incarnation, seq, *rest = written_
    return Place(hexed(incarnation), seq, hexed(rest[0]) if rest else bytes(32))


def chain_of(case: Case) -> Chain:
    return Chain(
        network=NetworkId(hexed(case["network"])),
        coop=CoopId(hexed(case["coop"])),
        generation=case["generation"],
        incarnation=Incarnation(hexed(case["incarnation"])),
        base=place(case["base"]),
    )


def verified(case: Case) -> list[EventId]:
    run = Run(
        chain=chain_of(case),
        first=case["first"],
        events=tuple(hexed(data) for data in case["events"]),
        signature=hexed(case["signature"]),
    )
    return log.verify(run, EventId(hexed(case["before"])), hexed(case["key"]))


def side(written_: tuple[str, list[str], str]) -> Side:
    one, after, signature = written_
    return Side(hexed(one), tuple(map(hexed, after)), hexed(signature))


def proved(case: Case) -> None:
    made = Proof(
        coop=hexed(case["coop"]),
        generation=case["generation"],
        incarnation=hexed(case["incarnation"]),
        seq=case["seq"],
        low=side(case["low"]),
        high=side(case["high"]),
    )
    equivocation.verify(made, NetworkId(hexed(case["network"])), hexed(case["key"]))


def test_runs() -> None:
    file = read("runs.json")
    for case in file["openings"]:
        assert chain_of(case).opening().hex() == case["opening"], case["name"]
    for case in file["accept"]:
        assert [one.hex() for one in verified(case)] == case["ids"], case["name"]
    assert not refusals(file["reject"], verified)
    for case in file["proofs-accept"]:
        proved(case)
    assert not refusals(file["proofs-reject"], proved)
    for case in file["stretches-accept"]:
        led(case)
    assert not refusals(file["stretches-reject"], led)


def led(case: Case) -> None:
    at = place(case["place"])
    assert at is not None
    one = Stretch(
        place(case["base"]),
        hexed(case["before"]),
        tuple(map(hexed, case["events"])),
        tuple(map(hexed, case["after"])),
        hexed(case["signature"]),
    )
    opened = chain_of({**case, "incarnation": case["place"][0]})
    citing.verify(one, at, opened, hexed(case["key"]) if case["signed"] else None)


def branches(case: Case) -> dict[Incarnation, Branch]:
    return {
        Incarnation(hexed(one["incarnation"])): Branch(
            incarnation=Incarnation(hexed(one["incarnation"])),
            base=place(one["base"]),
            length=one["length"],
            adoptions=adoptions(one["adoptions"]),
        )
        for one in case["chains"]
    }


def adoptions(written_: list[Any]) -> tuple[Adoption, ...]:
    tails = [(at, place(tail)) for at, tail in written_]
    return tuple(Adoption(at, tail) for at, tail in tails if tail is not None)


def spans(walk: tuple[Span, ...]) -> list[list[object]]:
    return [[one.incarnation.hex(), one.first, one.last] for one in walk]


def test_walks() -> None:
    wrong = [
        case["name"]
        for case in read("walk.json")["walks"]
        if spans(walks.walk(branches(case))) != case["walk"]
    ]
    assert wrong == []


def test_what_counts_of_suspended_logs() -> None:
    file = read("walk.json")
    for case in file["suspended"]:
        cuts = {Incarnation(hexed(name)): seq for name, seq in case["twice"]}
        walk = equivocation.walk(branches(case), cuts)
        assert spans(walk) == case["walk"], case["name"]
    for case in file["adoptions"]:
        counting = walks.effective(adoptions(case["made"]))
        assert [one.at for one in counting] == case["count"]


# --- the roster -----------------------------------------------------------------------


def check_roster(case: Case, roster: chain.Roster) -> None:
    assert roster.number == case["number"]
    assert roster.tip.hex() == case["tip"]
    assert sorted(roster.epochs()) == case["epochs"]
    assert [one.hex() for one in sorted(roster.electors)] == case["electors"]
    assert roster.secretary.hex() == case["secretary"]
    assert roster.charter.name == case["name"]
    members = [
        {
            "coop": one.coop.hex(),
            "key": one.log_key.hex(),
            "since": one.since,
            "people": one.people,
        }
        for _, one in sorted(roster.members.items())
    ]
    assert members == case["members"]


def extended(roster: chain.Roster, case: Case) -> chain.Roster:
    return chain.extend(roster, hexed(case["block"]), hexed(case["certificate"]))


def grown(blocks: list[Any]) -> chain.Roster:
    genesis, *rest = blocks
    roster = chain.found(hexed(genesis))
    for block, certificate in rest:
        roster = chain.extend(roster, hexed(block), hexed(certificate))
    return roster


def test_the_roster() -> None:
    file = read("roster.json")
    genesis, *steps = file["chain"]
    roster = chain.found(hexed(genesis["genesis"]))
    check_roster(genesis, roster)
    for step in steps:
        roster = extended(roster, step)
        check_roster(step, roster)
    assert not refusals(
        file["geneses-reject"], lambda case: chain.found(hexed(case["bytes"]))
    )


def test_blocks() -> None:
    file = read("roster.json")
    base = grown(file["base"])
    for case in file["blocks-accept"]:
        check_roster(case["after"], extended(base, case))
    assert not refusals(file["blocks-reject"], lambda case: extended(base, case))


def test_changes() -> None:
    file = read("roster.json")
    network = NetworkId(hexed(file["change-network"]))
    for case in file["changes-accept"]:
        parsed = change.parse(hexed(case["bytes"]), network)
        assert (parsed.kind, parsed.id.hex()) == (case["kind"], case["id"])
        approval = Approval(bytes(32), hexed(case["approval"]))
        assert change.approved(network, parsed.id, approval, hexed(case["key"]))
    assert not refusals(
        file["changes-reject"],
        lambda case: change.parse(hexed(case["bytes"]), network),
    )


def test_inceptions_and_cards() -> None:
    file = read("roster.json")
    network = NetworkId(hexed(file["network"]))
    for case in file["inceptions-accept"]:
        data = hexed(case["bytes"])
        assert identity.parse_inception(data).log_key.hex() == case["key"]
        assert identity.coop_id(data).hex() == case["coop"]
    assert not refusals(
        file["inceptions-reject"],
        lambda case: identity.parse_inception(hexed(case["bytes"])),
    )

    def verify(case: Case) -> None:
        signed = SignedCard(hexed(case["card"]), hexed(case["signature"]))
        identity.verify_card(signed, network, hexed(case["key"]))

    for case in file["cards-accept"]:
        verify(case)
    assert not refusals(file["cards-reject"], verify)
    for case in file["cards-order"]:
        first, second = (card_of(hexed(one)) for one in case["objects"])
        counts = second if identity.supersedes(second, first) else first
        assert counts[1].hex() == case["counts"], case["name"]
        assert identity.supersedes(first, second) == (counts == first)


def card_of(data: bytes) -> tuple[int, bytes]:
    one = gossip.parse(data)
    assert isinstance(one, gossip.CardObject)
    return identity.peek_card(one.card).counter, gossip.object_id(data)


def test_applications_and_invitations() -> None:
    file = read("roster.json")
    network = NetworkId(hexed(file["network"]))

    def applicant(case: Case) -> str:
        made = Application(
            hexed(case["inception"]), case["as"], hexed(case["signature"])
        )
        return identity.verify_application(made, network).hex()

    for case in file["applications-accept"]:
        assert applicant(case) == case["coop"]
    assert not refusals(file["applications-reject"], applicant)
    for case in file["invitations-accept"]:
        invitation = identity.parse_invitation(case["text"])
        assert canonical.ENCODER.encode(invitation).hex() == case["bytes"]
        assert identity.write_invitation(invitation) == case["text"]
    assert not refusals(
        file["invitations-reject"],
        lambda case: identity.parse_invitation(case["text"]),
    )
    for case in file["join-proof"]:
        message = identity.join_proof_message(network, hexed(case["inception"]))
        assert message.hex() == case["message"]


def test_deciding() -> None:
    file = read("roster.json")
    roster = grown(file["deciding-roster"])

    def proposed(case: Case) -> BlockId:
        made = Proposal(
            hexed(case["block"]),
            case["term"],
            hexed(case["coop"]),
            hexed(case["signature"]),
        )
        return deciding.check_proposal(roster, made)

    def accepted(case: Case) -> None:
        made = Accept(
            case["number"],
            case["term"],
            hexed(case["block"]),
            hexed(case["coop"]),
            hexed(case["signature"]),
        )
        deciding.check_accept(roster, made)

    for case in file["proposals-accept"]:
        assert proposed(case).hex() == case["id"]
    assert not refusals(file["proposals-reject"], proposed)
    for case in file["accepts-accept"]:
        accepted(case)
    assert not refusals(file["accepts-reject"], accepted)


def test_gossip() -> None:
    file = read("roster.json")
    for case in file["objects-accept"]:
        data = hexed(case["bytes"])
        assert gossip.write(gossip.parse(data)) == data
        assert gossip.object_id(data).hex() == case["id"]
    assert not refusals(
        file["objects-reject"], lambda case: gossip.parse(hexed(case["bytes"]))
    )


# --- kinds and rules ------------------------------------------------------------------


def read_body(kind: str, body: bytes) -> msgspec.Struct:
    decoder = rules.RULES[kind].decoder
    return canonical.read(decoder, body, most=limits.EVENT_BYTES)


@pytest.mark.parametrize("kind", rules.RULES)
def test_kinds(kind: str) -> None:
    cases = read("kinds.json")[kind]
    for body in cases["accept"]:
        read_body(kind, hexed(body))
    taken = [
        case["what"]
        for case in cases["reject"]
        if code_of(partial(read_body, kind, hexed(case["body"]))) is None
    ]
    assert taken == []


def test_rules() -> None:
    file = read("rules.json")
    coop = hexed(file["coop"])
    for case in file["logs"]:
        epochs = {number: hexed(block) for number, block in case["epochs"]}
        placed = [
            (hexed(name), seq, hexed(one), hexed(data))
            for name, seq, one, data in case["events"]
        ]
        folded = fold.fold_all(coop, placed, epochs)
        voids = {one: void.code for one, void in folded.voids}
        verdicts = [
            "waiting" if at >= folded.taken else voids.get(one)
            for at, (_, _, one, _) in enumerate(placed)
        ]
        assert verdicts == case["verdicts"], case["name"]
        entities = [
            {
                "id": one.id.hex(),
                "family": one.family,
                "state": one.state,
                "epoch": one.epoch,
                "hash": state.hash_entity(one, state.encode_body(one)).hex(),
            }
            for one in sorted(folded.changed.values(), key=lambda one: one.id)
        ]
        assert entities == case["entities"], case["name"]
        assert state.root_of(folded.changed.values()).hex() == case["root"]


# --- wire and export ------------------------------------------------------------------


def test_packs() -> None:
    file = read("wire.json")
    for case in file["packs-accept"]:
        frames = wire.read_pack(hexed(case["bytes"]))
        kinds = [type(frame).__name__.removesuffix("Frame").lower() for frame in frames]
        assert kinds == [frame["frame"] for frame in case["frames"]]
        for frame, said in zip(frames, case["frames"], strict=True):
            check_frame(frame, said)
    assert not refusals(
        file["packs-reject"], lambda case: wire.read_pack(hexed(case["bytes"]))
    )


def check_frame(frame: wire.Frame, said: Case) -> None:
    match frame:
        case wire.RunFrame():
            made = wire.read_run(frame, NetworkId(bytes(32)))
            assert [data.hex() for data in made.events] == said["events"]
            assert (made.first, made.chain.base) == (said["first"], place(said["base"]))
        case wire.TextsFrame():
            texts = [
                [one.coop.hex(), one.salt.hex(), one.words.hex()]
                for one in wire.read_texts(frame)
            ]
            assert texts == said["texts"]
        case wire.EndFrame():
            assert (frame.more, frame.heads.hex()) == (said["more"], said["heads"])
            assert [one.hex() for one in frame.wanted] == said["wanted"]
            assert [
                [one.coop.hex(), one.incarnation.hex(), one.seq, one.id.hex()]
                for one in frame.named
            ] == said["named"]


def test_blocks_of_frames() -> None:
    file = read("wire.json")

    def opened(case: Case) -> object:
        block = hexed(case["block"])
        if case["of"] == "events":
            return wire.decode_events("raw", block)
        return wire.read_texts(wire.TextsFrame("raw", block))

    assert not refusals(file["blocks-reject"], opened)
    for case in file["zstd-accept"]:
        data = wire.unpack_block("zstd", hexed(case["block"]), 6000)
        assert data.hex() == case["data"]
    assert not refusals(
        file["zstd-reject"],
        lambda case: wire.unpack_block("zstd", hexed(case["block"]), 6000),
    )


def test_messages() -> None:
    for case in read("wire.json")["messages"]:
        data = hexed(case["bytes"])
        assert tagged(canonical.decode(data, most=len(data))) == case["value"]
        module = sync if hasattr(sync, case["type"]) else citing
        decoder = msgspec.msgpack.Decoder(getattr(module, case["type"]))
        canonical.read(decoder, data, most=limits.MESSAGE_BYTES)


def test_exports() -> None:
    file = read("export.json")

    def records(case: Case) -> list[export.Record]:
        return list(export.read_records(io.BytesIO(hexed(case["bytes"]))))

    for case in file["accept"]:
        found = records(case)
        kinds = [type(one).__name__.removesuffix("Record").lower() for one in found]
        assert kinds == [one["record"] for one in case["records"]]
        rewritten = export.MAGIC + b"".join(map(export.write_record, found))
        assert rewritten.hex() == case["bytes"]
    assert not refusals(file["reject"], records)


# --- joins ----------------------------------------------------------------------------


def entity(case: Case) -> Entity:
    return Entity(
        id=hexed(case["id"]),
        coop=hexed(case["coop"]),
        family=case["family"],
        state=case["state"],
        epoch=case["epoch"],
        body=msgspec.msgpack.decode(
            hexed(case["body"]), type=rules.FAMILIES[case["family"]]
        ),
    )


def commitment(case: Case) -> Commitment:
    taken = case["acceptance"]
    return Commitment(
        pledge=hexed(case["pledge"]),
        pledger=hexed(case["pledger"]),
        taker=hexed(case["taker"]),
        to=hexed(case["to"]),
        line=case["line"],
        unit=case["unit"],
        quantity=case["quantity"],
        standing=case["standing"],
        acceptance=None if taken is None else hexed(taken),
    )


def test_commitments() -> None:
    for case in read("joins.json")["commitments"]:
        related = {one.id: one for one in map(entity, case["related"])}
        joined = join(entity(case["pledge"]), related)
        assert joined == commitment(case["commitment"]), case["name"]


def people(case: Case) -> dict[CoopId, Member]:
    return {
        CoopId(hexed(coop)): Member(
            coop=CoopId(hexed(coop)), inception=b"", log_key=b"", since=0, people=count
        )
        for coop, count in case["members"]
    }


def test_decisions() -> None:
    for case in read("joins.json")["decisions"]:
        charter = Charter(name="N", notice_days=case["notice_days"])
        result = decide(
            entity(case["decision"]),
            [*map(entity, case["ballots"])],
            members=people(case),
            charter=charter,
        )
        assert (result.outcome, result.why) == (case["outcome"], case["why"])
        votes = [[one.coop.hex(), one.stance, one.weight] for one in result.votes]
        assert (votes, result.total) == (case["votes"], case["total"])


def test_rounds() -> None:
    for case in read("joins.json")["rounds"]:
        one = entity(case["round"])
        entities = [one, *map(entity, case["entities"])]
        before = {hexed(project): amount for project, amount in case["before"]}
        result = fund(one, entities, members=people(case), before=before)
        pledged = result.pledged()
        projects = [
            [item.project.hex(), item.funding, pledged[item.project], item.accepted]
            for item in result.projects
        ]
        assert projects == case["projects"], case["name"]
        assert [item.why for item in result.ignored] == [
            why for _, why in case["ignored"]
        ]
        owed = [
            [item.payer.hex(), item.payee.hex(), item.amount, item.source.hex()]
            for item in promises(one.id, result)
        ]
        assert owed == case["promises"]


def test_coverage() -> None:
    for case in read("joins.json")["coverage"]:
        of, found = entity(case["of"]), [*map(commitment, case["commitments"])]
        match of.body:
            case Lead():
                covers = cover_lead(of, of.body, found)
            case Project():
                covers = [cover_project(of, of.body, found)]
            case _:
                raise AssertionError(of.family)
        sums = [
            {**msgspec.structs.asdict(one), "missing": one.missing} for one in covers
        ]
        assert sums == case["covers"]


# --- sealing.json -------------------------------------------------------------------


def _purpose_of(case: Case) -> sealing.Purpose:
    return sealing.Purpose(
        hexed(case["network"]),
        hexed(case["author"]),
        hexed(case["about"]),
        case["role"],
        tuple(map(hexed, case["to"])),
    )


def _open_as(reader: Case, purpose: sealing.Purpose, envelope: str) -> bytes:
    key = sealing.Private.from_private_bytes(hexed(reader["private"]))
    return sealing.open_(purpose, hexed(envelope), hexed(reader["co-op"]), key)


def test_envelopes_open_for_every_reader() -> None:
    file = read("sealing.json")
    purpose = _purpose_of(file["purpose"])
    for case in file["accept"]:
        for reader in file["readers"]:
            assert _open_as(reader, purpose, case["envelope"]).hex() == case["words"]


def test_envelopes_that_were_moved_or_changed_open_for_nobody() -> None:
    file = read("sealing.json")
    for case in file["reject"]:
        purpose = _purpose_of(case["purpose"])
        for reader in file["readers"]:
            assert code_of(partial(_open_as, reader, purpose, case["envelope"]))


def test_padding_has_one_form() -> None:
    for case in read("sealing.json")["padding-reject"]:
        assert code_of(partial(sealing.unpad, hexed(case["padded"]))) == "padding"
