"""The book of nonces: what it remembers, what it forgets, what it can't be made to."""

import random
from typing import Final

import pytest

from node.sync.nonces import (
    CLIENT_NONCE,
    PER_KEY,
    SERVER_NONCE,
    SERVER_NONCE_S,
    TOTAL,
    NonceBook,
)

NOW: Final = 1_800_000_000


def book(*, per_key: int = PER_KEY, total: int = TOTAL) -> NonceBook:
    return NonceBook(secret=b"s" * 32, started_at=NOW, per_key=per_key, total=total)


def test_issuing_costs_no_memory_and_never_repeats() -> None:
    nonces = book()
    issued = {nonces.issue(NOW) for _ in range(10_000)}
    assert len(issued) == 10_000
    assert len(nonces) == 0
    one = issued.pop()
    assert nonces.granted_until(one) == NOW + SERVER_NONCE_S
    assert SERVER_NONCE.fullmatch(one)
    assert not CLIENT_NONCE.fullmatch(one)


def test_no_other_spelling_of_a_server_nonce_is_one() -> None:
    nonces = book()
    issued = nonces.issue(NOW)
    for place in range(len(issued)):
        for sign in "Aw-_.= \n":
            other = issued[:place] + sign + issued[place + 1 :]
            assert other == issued or nonces.granted_until(other) is None
    assert nonces.granted_until(issued + "=") is None
    assert nonces.granted_until(issued[:-1]) is None


def test_the_secret_must_be_one() -> None:
    with pytest.raises(ValueError, match="bytes"):
        NonceBook(secret=b"short", started_at=NOW)


def test_a_full_book_refuses_and_forgets_nothing_early() -> None:
    nonces = book(per_key=4, total=6)
    taken = [("a", str(n)) for n in range(4)] + [("b", str(n)) for n in range(2)]
    for key_id, nonce in taken:
        assert nonces.use(key_id=key_id, nonce=nonce, until=NOW + 9, now=NOW) == "fresh"
    for key_id in "abc":
        assert nonces.use(key_id=key_id, nonce="x", until=NOW + 9, now=NOW) == "full"
    for key_id, nonce in taken:
        again = nonces.use(key_id=key_id, nonce=nonce, until=NOW + 9, now=NOW + 9)
        assert again == "replayed"
    assert nonces.use(key_id="c", nonce="x", until=NOW + 20, now=NOW + 10) == "fresh"
    assert len(nonces) == 1


def test_against_a_book_that_remembers_everything() -> None:
    """Random uses and a clock that goes on: fresh once while valid, never else."""
    draw = random.Random("nonces")  # noqa: S311 - a test that can be repeated
    nonces, seen, now = book(), set[tuple[str, str]](), NOW
    for _ in range(20_000):
        now += draw.choice((0, 0, 0, 1, 5))
        key_id, nonce = draw.choice("abc"), str(draw.randrange(50))
        until = now + draw.randrange(30)
        use = nonces.use(key_id=key_id, nonce=f"{nonce}/{until}", until=until, now=now)
        entry = (key_id, f"{nonce}/{until}")
        assert use == ("replayed" if entry in seen else "fresh")
        seen.add(entry)
    assert len(nonces) < 100
