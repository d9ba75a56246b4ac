"""Invitations and the door: how a co-op that knocks becomes an applicant, or a member.

The invitation carries a one-use secret. Who knocks proves to know it without sending
it; the inviter's node then sponsors the admission, and the electors decide.
"""

import hmac
from typing import Final

from node.clock import Clock, Entropy
from node.config import Config
from node.errors import UserFault
from node.register import Register
from node.store.node_db import NodeDb
from protocol.errors import Malformed
from protocol.ids import CoopId
from protocol.roster import identity
from protocol.roster.identity import Invitation
from protocol.sync import JoinRequest

SECRET_BYTES: Final = 16
#: An invitation not used within two weeks is void: a lost mail is not a key for ever.
LIFETIME_MS: Final = 14 * 24 * 3600 * 1000


class Doorkeeper:
    """Gives invitations out and answers those who knock."""

    def __init__(
        self,
        *,
        register: Register,
        own: NodeDb,
        config: Config,
        coop: CoopId,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        """Sponsor through `register`, remember secrets in `own`."""
        self._register = register
        self._own = own
        self._config = config
        self._coop = coop
        self._clock = clock
        self._entropy = entropy

    async def invite(self) -> str:
        """Give one invitation as one word; raises `UserFault` without an address."""
        roster = self._register.roster
        if not self._register.is_member:
            raise UserFault(
                code="not-a-member",
                detail="Only members can invite, and this co-op is none yet.",
                way_out="Wait until its application is approved (`wortley members`).",
            )
        if not self._config.addresses:
            raise UserFault(
                code="no-public-url",
                detail="An invitation says where to knock, and this node has no URL.",
                way_out="Set public_url in wortley.toml (or WORTLEY_PUBLIC_URL) and"
                " start the node again, or let a member with an address invite.",
            )
        secret = self._entropy.token(SECRET_BYTES)
        await self._own.add_invitation(secret, self._clock.now_ms())
        return identity.write_invitation(
            Invitation(
                network=roster.network,
                pin_number=roster.number,
                pin=roster.tip,
                inviter=self._coop,
                secret=secret,
                addresses=self._config.addresses,
            )
        )

    async def knock(self, asked: JoinRequest) -> CoopId:
        """Let an applicant in whose proof fits an invitation; may be repeated.

        Raises `Malformed("invitation-unknown")` where none fits, or another co-op has
        used it.
        """
        roster = self._register.roster
        applicant = identity.verify_application(asked.application, roster.network)
        identity.verify_card(
            asked.card,
            roster.network,
            identity.parse_inception(asked.application.inception).log_key,
        )
        secret = await self._secret_of(asked)
        if secret is None or not await self._own.use_invitation(secret, applicant):
            raise Malformed(
                "invitation-unknown",
                "no open invitation fits: it was used by another co-op, is older than"
                " two weeks, or was not given out by this node",
            )
        if applicant not in roster.members:
            await self._register.admit(asked.application, self._entropy.token(16))
        return applicant

    async def _secret_of(self, asked: JoinRequest) -> bytes | None:
        since = self._clock.now_ms() - LIFETIME_MS
        message = identity.join_proof_message(
            self._register.roster.network, asked.application.inception
        )
        fitting = [
            secret
            for secret, _ in await self._own.invitations(since)
            if hmac.compare_digest(hmac.digest(secret, message, "sha256"), asked.proof)
        ]
        return fitting[0] if fitting else None


def progress_of(register: Register, applicant: CoopId) -> tuple[bool, int, int]:
    """Say how far an applicant is: (member, approvals so far, approvals needed)."""
    roster = register.roster
    needed = roster.approvals_needed()
    if applicant in roster.members:
        return True, needed, needed
    for pending in register.pending.values():
        application = pending.application
        if application and identity.coop_id(application.inception) == applicant:
            counted = len(pending.approvals.keys() & roster.electors)
            return False, counted, needed
    return False, 0, needed


def describe(invitation: str) -> Invitation:
    """Read an invitation as typed; raises `UserFault` saying what is wrong with it."""
    try:
        return identity.parse_invitation(invitation)
    except Malformed as error:
        raise UserFault(
            code="invitation-form",
            detail=f"invitation: this is none: {error.detail}.",
            way_out="Paste it whole, as the member who invites this co-op sent it (it"
            " starts with `wortley-`).",
            field="invitation",
            expected="an invitation, whole",
            example="wortley-…",
        ) from error
