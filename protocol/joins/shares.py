"""Sharing whole units out by largest remainder: nothing is lost (SPEC 11.22)."""

from collections.abc import Iterable, Mapping

from protocol.ids import CoopId
from protocol.kinds.rounds import Mode
from protocol.roster.chain import Member


def apportion(total: int, weights: Mapping[bytes, int]) -> dict[bytes, int]:
    """Share a total out by weights, whole units: largest remainder, ties by id."""
    whole = sum(weights.values())
    if whole == 0:
        return dict.fromkeys(weights, 0)
    parts = {key: total * weight // whole for key, weight in weights.items()}
    left = total - sum(parts.values())

    def remainder(key: bytes) -> tuple[int, bytes]:
        return -(total * weights[key] % whole), key

    for key in sorted(weights, key=remainder)[:left]:
        parts[key] += 1
    return parts


def even_shares(
    mode: Mode, budget: int, coops: Iterable[bytes], members: Mapping[CoopId, Member]
) -> dict[bytes, int]:
    """Share a budget out as a mode says: equally, or by headcount."""
    weights = {}
    for coop in coops:
        member = members.get(CoopId(coop))
        people = 0 if member is None else member.people
        weights[coop] = people if mode == "per-member" else 1
    return apportion(budget, weights)
