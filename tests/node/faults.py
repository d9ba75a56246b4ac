"""A disk that fails at one chosen call, and one that remembers what was done to it."""

import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import pytest

P = ParamSpec("P")
R = TypeVar("R")


def before_call(
    patch: pytest.MonkeyPatch, name: str, hook: Callable[[int], object]
) -> None:
    """Let `hook` run before each call of `os.name`; it gets how many there were."""
    seen = 0

    def wrap(real: Callable[P, R]) -> Callable[P, R]:
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            nonlocal seen
            seen += 1
            hook(seen - 1)
            return real(*args, **kwargs)

        return call

    patch.setattr(os, name, wrap(getattr(os, name)))


def break_call(
    patch: pytest.MonkeyPatch, name: str, number: int, *, nth: int = 0
) -> None:
    """Let the call of `os.name` with this index, and no other, fail with an errno."""

    def fail(seen: int) -> None:
        if seen == nth:
            raise OSError(number, os.strerror(number))

    before_call(patch, name, fail)
