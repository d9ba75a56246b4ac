"""The demo: three nodes on this machine, a living network over real notices.

Alba, Birch and Cedar are invented; the notices are real, their dates shifted by
whole weeks so that deadlines lie ahead. Each node is a process of its own with a
folder of its own, so that whatever the tour tries on them is what it would be.
"""

from node.demo.show import run

__all__ = ["run"]
