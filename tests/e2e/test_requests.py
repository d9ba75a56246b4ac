"""What members and strangers can send to a node that is really there.

Each is answered with a problem that has a code and is not the node's own fault,
within a second of work, and changes nothing; the next good request is served.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import msgspec
import pytest

from node.sync.signatures import retry_nonce_from
from node.web.problems import MEDIA_TYPE
from protocol import canonical, limits, wire
from protocol.canonical import ENCODER
from protocol.sync import PushReply
from tests.e2e.bodies import BODIES, NOISE, PULL, bomb, offer, zstd
from tests.e2e.cluster import Cluster, cluster, until
from tests.e2e.scene import Scene, following, prepare, takes
from tests.e2e.speaker import OK, Reply, Speaker, runs

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

MEMBER_PATHS: Final = (
    *("hello", "roster", "blocks", "gossip", "pull", "push", "ids", "cited"),
)
_PUSH_REPLY: Final = msgspec.msgpack.Decoder(PushReply)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with cluster(tmp_path_factory.mktemp("requests") / "nodes") as place:
        yield prepare(place)


# --- who asks -------------------------------------------------------------------------

PATH: Final = "/sync/v1/pull"


def _replayed(scene: Scene) -> Reply:
    headers = scene.birch.sign(PATH, PULL)
    assert scene.birch.post(PATH, PULL, headers).status == OK
    return scene.birch.post(PATH, PULL, headers)


def _sent_elsewhere(scene: Scene) -> Reply:
    headers = scene.birch.sign("/sync/v1/roster", PULL)
    return scene.birch.post(PATH, PULL, headers)


def _with(scene: Scene, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    signed = scene.birch.sign(PATH, PULL)
    assert not named.keys() - {"Host"} - signed.keys()
    return scene.birch.post(PATH, PULL, signed | named)


def _at(scene: Scene, seconds: int, **changes: object) -> Reply:
    created = int(time.time()) + seconds  # noqa: TID251 - a client of its own
    return scene.birch.ask(PATH, PULL, created=created, **changes)


def _to_another_port(scene: Scene) -> Reply:
    url = "http://127.0.0.1:1/sync/v1/pull"
    headers = scene.birch.sign(PATH, PULL, url=url)
    return scene.birch.post(PATH, PULL, headers | {"Host": "127.0.0.1:1"})


WHO: Final[dict[str, tuple[Callable[[Scene], Reply], int, str]]] = {
    "nobody": (
        lambda s: s.birch.post(PATH, PULL, {}),
        401,
        "signature-missing",
    ),
    "a stranger": (lambda s: s.stranger.ask(PATH, PULL), 401, "key-unknown"),
    "a stranger under a member's name": (
        lambda s: s.stranger.ask(PATH, PULL, key_id=s.birch.coop),
        401,
        "signature-invalid",
    ),
    "another member under a member's name": (
        lambda s: s.cedar.ask(PATH, PULL, key_id=s.birch.coop),
        401,
        "signature-invalid",
    ),
    "an applicant": (lambda s: s.dune.ask(PATH, PULL), 401, "key-unknown"),
    "the log key instead of the node's": (
        lambda s: s.birch.ask(PATH, PULL, private_key=s.log_keys[s.birch.coop]),
        401,
        "signature-invalid",
    ),
    "replayed": (_replayed, 401, "nonce-replayed"),
    "expired": (lambda s: _at(s, -61), 401, "expired"),
    "of the future": (lambda s: _at(s, 60), 401, "not-yet-valid"),
    "ten minutes slow": (lambda s: _at(s, -600), 401, "clock-skewed"),
    "ten minutes fast": (lambda s: _at(s, 600), 401, "clock-skewed"),
    "meant for another port": (_to_another_port, 421, "authority-foreign"),
    "meant for another host": (
        lambda s: _with(s, Host="cedar.example"),
        421,
        "host-foreign",
    ),
    "meant for another path": (_sent_elsewhere, 401, "signature-invalid"),
    "meant as a GET": (
        lambda s: s.birch.ask(PATH, PULL, method="GET"),
        401,
        "signature-invalid",
    ),
    "sent as a GET": (
        lambda s: s.birch.post(PATH, b"", s.birch.sign(PATH, b""), "GET"),
        405,
        "method-not-allowed",
    ),
    "with a query": (
        lambda s: s.birch.post(f"{PATH}?all=1", PULL, s.birch.sign(PATH, PULL)),
        401,
        "signature-invalid",
    ),
    "another body": (
        lambda s: s.birch.post(PATH, PULL + b"x", s.birch.sign(PATH, PULL)),
        400,
        "digest-mismatch",
    ),
    "another body and its digest": (
        lambda s: s.birch.post(
            PATH,
            PULL[:-1] + b"\x01",
            s.birch.sign(PATH, PULL)
            | {
                "Content-Digest": s.birch.sign(PATH, PULL[:-1] + b"\x01")[
                    "Content-Digest"
                ]
            },
        ),
        401,
        "signature-invalid",
    ),
    "garbage as a signature": (
        lambda s: _with(s, Signature="wortley=:AAAA:"),
        400,
        "signature-malformed",
    ),
    "garbage as its input": (
        lambda s: _with(s, Signature_Input="(((((" * 50),
        400,
        "signature-malformed",
    ),
}


@pytest.mark.parametrize("who", WHO)
def test_who_may_not_ask(scene: Scene, who: str) -> None:
    send, status, code = WHO[who]
    reply = scene.refused(lambda: send(scene))
    assert (reply.status, reply.code) == (status, code)


@pytest.mark.parametrize("name", MEMBER_PATHS)
def test_no_path_is_open(scene: Scene, name: str) -> None:
    path = f"/sync/v1/{name}"
    body = ENCODER.encode(scene.hello) if name == "hello" else PULL
    unsigned = scene.refused(lambda: scene.birch.post(path, body, {}))
    assert (unsigned.status, unsigned.code) == (401, "signature-missing")
    for speaker in (scene.stranger, scene.dune):
        reply = scene.refused(partial(speaker.ask, path, body))
        assert (reply.status, reply.code) == (401, "key-unknown")
    forged = scene.refused(
        lambda: scene.stranger.ask(path, body, key_id=scene.birch.coop)
    )
    assert (forged.status, forged.code) == (401, "signature-invalid")


def test_only_health_and_the_page_are_open(scene: Scene) -> None:
    assert scene.birch.post("/healthz", b"", {}, "GET").body == b"ok\n"
    assert scene.birch.post("/", b"", {}, "GET").form == "text/html"
    for path in ("/sync/v1/", "/sync/v2/pull", "/command/status", "/static/../x"):
        reply = scene.refused(partial(scene.birch.post, path, PULL, {}))
        assert (reply.status, reply.code) == (404, "not-found")


@pytest.mark.parametrize("off_s", [-86_400, -400, -61, 30, 400, 86_400])
def test_a_wrong_clock(scene: Scene, off_s: int) -> None:
    """A member is told the time, and let in with a nonce of the server, once."""
    reply = scene.refused(lambda: _at(scene, off_s))
    assert reply.status == 401
    granted = retry_nonce_from(reply.problem)
    assert granted is not None
    assert abs(granted.server_time - time.time()) < 30  # noqa: TID251 - the real one
    again = scene.birch.sign(
        PATH, PULL, nonce=granted.nonce, created=granted.server_time + off_s
    )
    assert scene.birch.post(PATH, PULL, again).status == OK
    twice = scene.refused(lambda: scene.birch.post(PATH, PULL, again))
    assert (twice.status, twice.code) == (401, "nonce-replayed")
    # Who is no member is not told.
    strange = scene.refused(
        lambda: scene.stranger.ask(
            PATH, PULL, key_id=scene.birch.coop, created=granted.server_time + off_s
        )
    )
    assert strange.code == "signature-invalid"
    assert retry_nonce_from(strange.problem) is None


def test_replayed_after_a_restart(place: Cluster) -> None:
    """A node that has just started remembers nothing, and takes no chances."""
    alba, birch = place.network("Alba", "Birch")
    birch.stop()
    speaker = Speaker.of(birch, alba)
    until("Alba takes nonces of others", takes, speaker)
    overheard = speaker.sign(PATH, PULL)
    assert speaker.post(PATH, PULL, overheard).status == OK
    alba.kill()
    alba.start()
    for _ in range(3):
        reply = speaker.post(PATH, PULL, overheard)
        assert (reply.status, reply.code) == (401, "expired")
        time.sleep(0.1)
    # Who has the key gets in at once, with a nonce of the node.
    assert speaker.patiently(PATH, PULL).status == OK


# --- what is asked --------------------------------------------------------------------


@pytest.mark.parametrize("name", BODIES)
def test_what_may_not_be_asked(scene: Scene, name: str) -> None:
    path, make, status, code = BODIES[name]
    body = make(scene)
    reply = scene.refused(lambda: scene.birch.ask(f"/sync/v1/{path}", body))
    assert (reply.status, reply.code) == (status, code), reply
    if path == "push" and status == OK:
        taken = canonical.read(_PUSH_REPLY, reply.body, most=limits.MESSAGE_BYTES)
        held = {(one.coop, one.incarnation, one.seq) for one in taken.heads}
        assert held == {
            (one.coop, one.incarnation, wire.read_run(one, scene.network).last)
            for one in {run.coop: run for run in runs(scene.birch.pull())}.values()
        }


@pytest.mark.parametrize("name", MEMBER_PATHS)
@pytest.mark.parametrize("size", [1, 1000, 60_000])
def test_random_bytes(scene: Scene, name: str, size: int) -> None:
    reply = scene.refused(lambda: scene.birch.ask(f"/sync/v1/{name}", NOISE(size)))
    assert reply.status == 400
    assert reply.code in {"form", "not-canonical", "frame-length", "cut-short"}


LIMITS: Final = {
    "hello": limits.MESSAGE_BYTES,
    "roster": limits.MESSAGE_BYTES,
    "pull": limits.MESSAGE_BYTES,
    "push": limits.PACK_BYTES,
    "join": 2 * limits.CHANGE_BYTES,
}


@pytest.mark.parametrize("name", LIMITS)
def test_one_byte_too_many(scene: Scene, name: str) -> None:
    path, body = f"/sync/v1/{name}", bytes(LIMITS[name] + 1)
    reply = scene.refused(lambda: scene.birch.ask(path, body))
    assert (reply.status, reply.code) == (413, "too-large")

    def in_chunks() -> Reply:
        return scene.birch.post(path, iter([body]), scene.birch.sign(path, body))

    reply = scene.refused(in_chunks)
    assert (reply.status, reply.code) == (413, "too-large")


@pytest.mark.parametrize(
    ("coding", "body", "status", "code"),
    [
        ("zstd", bomb(1024), 413, "too-large"),
        ("zstd", NOISE(1000), 400, "coding-malformed"),
        ("gzip", NOISE(1000), 415, "media-type"),
        ("zstd, zstd", zstd(zstd(PULL)), 415, "media-type"),
    ],
    ids=["a bomb", "no zstd", "gzip", "twice"],
)
def test_content_codings(
    scene: Scene, coding: str, body: bytes, status: int, code: str
) -> None:
    headers = scene.birch.sign(PATH, body) | {"Content-Encoding": coding}
    reply = scene.refused(lambda: scene.birch.post(PATH, body, headers))
    assert (reply.status, reply.code) == (status, code)


@pytest.mark.parametrize("size", [0, 1, 500, 8000])
def test_knocking_with_garbage(scene: Scene, size: int) -> None:
    reply = scene.refused(lambda: scene.stranger.post("/sync/v1/join", NOISE(size), {}))
    assert reply.status == 400
    assert reply.form == MEDIA_TYPE


def test_one_bad_run_stops_nothing(scene: Scene) -> None:
    """Poison and forgery between good events: these are taken, all the same."""
    before = scene.standing()
    good = following(scene, scene.birch, NOISE(200), offer(scene), offer(scene, 90))
    forged_run = msgspec.structs.replace(
        following(scene, scene.cedar, offer(scene)), signature=bytes(64)
    )
    pack = wire.write_pack([wire.run_frame(forged_run), wire.run_frame(good)])
    reply = scene.birch.ask("/sync/v1/push", pack)
    assert (reply.status, reply.code) == (400, "signature-invalid")
    after = scene.standing()
    assert after.events == before.events + 3
    assert after[1] == before[1]
    shown = scene.alba.ask("log.show", coop=scene.birch.coop, last=3)["rows"]
    assert [row["verdict"] for row in shown] == ["void", "in force", "in force"]
    # Again, it is known already.
    again = scene.refused(lambda: scene.birch.ask("/sync/v1/push", pack))
    assert again.code == "signature-invalid"
    assert scene.alba.ask("verify")["damaged"] == []
