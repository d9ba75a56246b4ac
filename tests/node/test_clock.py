import time

import pytest

from node.clock import Clock, Entropy, SystemClock, SystemEntropy
from tests.node.fixed import FixedClock, SeededEntropy

CLOCKS: list[Clock] = [SystemClock(), FixedClock()]
SOURCES: list[Entropy] = [SystemEntropy(), SeededEntropy()]


def test_the_system_clock_counts_milliseconds() -> None:
    before = time.time_ns() // 1_000_000
    now = SystemClock().now_ms()
    assert before <= now <= time.time_ns() // 1_000_000


@pytest.mark.parametrize("clock", CLOCKS)
def test_monotonic_never_goes_back(clock: Clock) -> None:
    assert clock.monotonic() <= clock.monotonic()


def test_a_jump_of_the_wall_clock_is_no_passing_of_time() -> None:
    clock = FixedClock(now_ms=5_000)
    clock.jump_ms(-2_000)
    assert (clock.now_ms(), clock.monotonic()) == (3_000, 0.0)
    clock.pass_ms(500)
    assert (clock.now_ms(), clock.monotonic()) == (3_500, 0.5)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("n", [0, 1, 16, 32, 1000])
def test_tokens_have_the_length_asked_for(source: Entropy, n: int) -> None:
    assert len(source.token(n)) == n


@pytest.mark.parametrize("source", SOURCES)
def test_no_token_comes_twice(source: Entropy) -> None:
    assert len({source.token(16) for _ in range(100)}) == 100


def test_a_seed_can_be_replayed() -> None:
    first, second = SeededEntropy("a"), SeededEntropy("a")
    assert [first.token(8) for _ in range(3)] == [second.token(8) for _ in range(3)]
