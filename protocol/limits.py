"""Every cap of format version 1, with its reason. All sizes are bytes (SPEC 2.4)."""

from typing import Final

#: An event is one fact, not a document; texts carry the words. Nostr relays and
#: SSB settled on the same order of magnitude (SSB: 8 KiB).
EVENT_BYTES: Final = 8 * 1024

#: Human words or ciphertext beside an event; Matrix caps a whole event at 64 KiB.
TEXT_BYTES: Final = 64 * 1024
TEXTS_PER_EVENT: Final = 4
SALT_BYTES: Final = 16

#: Nesting of a canonical value. The deepest body of the vocabulary needs 4.
DEPTH: Final = 8

#: Items of one canonical value: one byte can be one item, and an item costs
#: about 64 bytes of objects, so that 8 KiB may not become more than 256 KiB.
ITEMS: Final = 4096

#: Integers beyond 2**53 - 1 lose digits in JSON readers; money and minutes fit.
INTEGER: Final = 2**53 - 1

#: Events of one run or segment: one signature covers at most this many.
RUN_EVENTS: Final = 1024
#: Bytes of the events of one run or segment, before compression.
RUN_BYTES: Final = 1024 * 1024

#: One frame of a pack, and one whole pack, as they travel.
FRAME_BYTES: Final = 4 * 1024 * 1024
PACK_BYTES: Final = 4 * 1024 * 1024
#: What the runs and texts of one pack may hold once decompressed: what a node takes
#: into memory for one request.
UNPACKED_BYTES: Final = 8 * 1024 * 1024
FRAMES_PER_PACK: Final = 4096

#: Requests that carry no pack (hello, pull, gossip lists).
MESSAGE_BYTES: Final = 1024 * 1024
#: Heads of one message: at 75 bytes each they fit.
HEADS: Final = 12_288

#: Roster: a block with its approvals, and what one block may change.
BLOCK_BYTES: Final = 256 * 1024
CHANGES_PER_BLOCK: Final = 64
CHANGE_BYTES: Final = 4 * 1024
#: A change enters within so many blocks of its base that hold changes.
CHANGE_LIFE_BLOCKS: Final = 32
ELECTORS: Final = 15
MEMBERS: Final = 4096

#: One gossip object: the largest is a proof, two runs without their first event.
OBJECT_BYTES: Final = 2 * RUN_BYTES + 64 * 1024
#: Gossip objects one node keeps beside the chain, and how many one co-op may sponsor.
PENDING_OBJECTS: Final = 4096
PENDING_PER_SPONSOR: Final = 64
#: Incarnations of one log signed twice before the log is closed: two copies of a node
#: fork one, or a few if they are restored as well; more is no accident. A proof is up
#: to 2 MiB in memory.
PROOFS: Final = 8
#: All objects: those, a card and the proofs per member, a proposal, the accepts.
OBJECTS: Final = PENDING_OBJECTS + (2 + PROOFS) * MEMBERS + ELECTORS + 1

#: Adoptions of one incarnation that are looked at: each brings back the piece of a
#: lost tail.
ADOPTIONS: Final = 64
#: Incarnations of one log, a restore a week for twenty years, rounded down; with one
#: more it is closed.
INCARNATIONS: Final = 1000

ADDRESSES: Final = 4
ADDRESS_CHARS: Final = 200
NAME_CHARS: Final = 100

#: The version of the rules that this build reads and writes; 0 until the first tagged
#: release (SPEC 7.5).
RULES_VERSION: Final = 0
