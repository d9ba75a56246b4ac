"""Nonces of signed requests: each counts once, in bounded memory, across restarts.

RFC 9421 leaves replays to the application (section 7.2.2). Ours:

- A **client nonce** is remembered with its key id until the signature expires. It is
  written down only after the signature was verified, so that nobody can spend the
  nonce of somebody else, nor fill the book without a member's key.
- The book never evicts: what it forgets early could be replayed. A key that has filled
  its share, or a full book, is told to come back later instead ("full").
- A **server nonce** is for a peer whose clock is wrong. It is an authenticated note,
  `srv.` and base64url of expiry, counter and HMAC under a secret of this process, so
  that issuing costs no memory however often it is provoked. Only its use is
  remembered. Its form cannot be a client nonce, so a server nonce of an earlier
  process is recognised, fails the HMAC and is never mistaken for a client's.
- A restart forgets everything. Whatever an earlier process can have accepted was
  created by `started_at + AHEAD_S` at the latest; up to there only server nonces count.
- A clock that jumps forward lets entries expire, and may be set back. A small step
  back stops the book's time; a larger one counts as a restart: what was issued dies,
  and client nonces up to the furthest time seen are not taken any more.
"""

from __future__ import annotations

import base64
import heapq
import hmac
import re
from typing import Final, Literal

#: How far in the future a signature may have been created, seconds: clocks that are
#: set by NTP differ by less, and so long after a start client nonces are refused.
AHEAD_S: Final = 5
#: A clock that goes back by more counts as a restart; leap seconds and slewing don't.
BACK_S: Final = 60
#: A server nonce must come back within a round trip or two; seconds.
SERVER_NONCE_S: Final = 60
#: Per key: 68 requests a second at the usual lifetime of a minute.
PER_KEY: Final = 4096
#: In all: measured at 23 MiB when every entry is taken.
TOTAL: Final = 65536
#: Bytes of the secret under which server nonces are issued (RFC 2104, section 3).
SECRET_BYTES: Final = 32

#: 96 bits of base64url and more; no dot, which server nonces have.
CLIENT_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
#: 30 bytes, so that no character has spare bits and there is one spelling only.
SERVER_NONCE: Final = re.compile(r"srv\.[A-Za-z0-9_-]{40}")

_TAG: Final = b"wortley/1/server-nonce\0"
_PREFIX: Final = "srv."
_UNTIL_BYTES: Final = 6
_COUNTER_BYTES: Final = 8
_MAC_BYTES: Final = 16

Use = Literal["fresh", "replayed", "full"]


class NonceBook:
    """What was used, by whom, until when. All times are unix seconds.

    secret: `SECRET_BYTES` unpredictable bytes, new in each process, kept nowhere.
    started_at: when this process started (a caller that knows of a later time, from
    before a clock was set back, passes that).
    """

    def __init__(
        self,
        *,
        secret: bytes,
        started_at: int,
        per_key: int = PER_KEY,
        total: int = TOTAL,
    ) -> None:
        if len(secret) < SECRET_BYTES:
            raise ValueError(f"a secret has at least {SECRET_BYTES} bytes")
        self._secret = secret
        self._per_key = per_key
        self._total = total
        self._latest = started_at
        self._turns = 0
        self._issued = 0
        self._used: set[tuple[str, str]] = set()
        self._held: dict[str, int] = {}
        self._ends: list[tuple[int, str, str]] = []
        self._trusted_after = started_at + AHEAD_S

    def __len__(self) -> int:
        """Count the uses that are remembered."""
        return len(self._used)

    def trusted_after(self, now: int) -> int:
        """Give the time up to which client nonces are not taken (by `created`)."""
        self.floor(now)
        return self._trusted_after

    def floor(self, now: int) -> int:
        """Give the time that expiry is measured against: `now`, but not going back.

        Entries that ended before it are forgotten, which is why it may not go back.
        """
        if now < self._latest - BACK_S:
            self._start_over(now)
        self._latest = max(self._latest, now)
        while self._ends and self._ends[0][0] < self._latest:
            _, key_id, nonce = heapq.heappop(self._ends)
            self._used.discard((key_id, nonce))
            self._held[key_id] -= 1
            if not self._held[key_id]:
                del self._held[key_id]
        return self._latest

    def issue(self, now: int) -> str:
        """Make a server nonce, good once for `SERVER_NONCE_S` seconds from `now`."""
        self._issued += 1
        until = self.floor(now) + SERVER_NONCE_S
        note = until.to_bytes(_UNTIL_BYTES) + self._issued.to_bytes(_COUNTER_BYTES)
        sealed = base64.urlsafe_b64encode(note + self._mac(note))
        return _PREFIX + sealed.decode("ascii")

    def granted_until(self, nonce: str) -> int | None:
        """Tell when a server nonce of this very book ends; None for anything else."""
        if SERVER_NONCE.fullmatch(nonce) is None:
            return None
        sealed = base64.urlsafe_b64decode(nonce.removeprefix(_PREFIX))
        note, mac = sealed[:-_MAC_BYTES], sealed[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(note)):
            return None
        return int.from_bytes(note[:_UNTIL_BYTES])

    def use(self, *, key_id: str, nonce: str, until: int, now: int) -> Use:
        """Write a nonce down until `until`, a time not before `floor(now)`.

        Call it last, when the signature has been verified and nothing else can fail.
        """
        self.floor(now)
        if (key_id, nonce) in self._used:
            return "replayed"
        held = self._held.get(key_id, 0)
        if held >= self._per_key or len(self._used) >= self._total:
            return "full"
        self._used.add((key_id, nonce))
        self._held[key_id] = held + 1
        heapq.heappush(self._ends, (until, key_id, nonce))
        return "fresh"

    def _start_over(self, now: int) -> None:
        """Treat a clock that was set back like a restart (see above)."""
        self._trusted_after = max(self._trusted_after, self._latest + AHEAD_S)
        self._latest = now
        self._turns += 1
        self._used.clear()
        self._held.clear()
        self._ends.clear()

    def _mac(self, note: bytes) -> bytes:
        turn = self._turns.to_bytes(_COUNTER_BYTES)
        return hmac.digest(self._secret, _TAG + turn + note, "sha256")[:_MAC_BYTES]
