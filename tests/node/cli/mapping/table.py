"""The form of the table: what is typed, and what the node is asked for it."""

Args = dict[str, object]
#: What is typed after `wortley` -> the command and its arguments.
Table = dict[str, tuple[str, Args]]
#: What of a list is asked for first where nobody says how much, and no person looks on.
WHOLE: Args = {"after": "oldest", "most": 10_000}
