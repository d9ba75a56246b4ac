"""The roster: who belongs, with which keys, under which rules (SPEC 7).

The only place with a quorum. A chain of blocks, each decided by the electors of the
block before and verified from blocks alone.
"""
