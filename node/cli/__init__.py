"""The command `wortley`: words in, one command of the node asked, an answer for people.

    argv ─▶ click (root, the families) ─▶ Ask(name, args) ─▶ session ─▶ node.control
                                                               └─▶ views ─▶ page

A subcommand is a function from its options to an `Ask`; everything that happens then,
happens in one place (session). Heavy modules are imported where they are first needed,
so that `--help` answers at once.
"""

from node.cli.root import main

__all__ = ["main"]
