"""The form of the table: what is typed, and what the node is asked for it."""

Args = dict[str, object]
#: What is typed after `wortley` -> the command and its arguments.
Table = dict[str, tuple[str, Args]]
