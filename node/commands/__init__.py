"""What can be asked of a node: one table, called by the command line and by others.

A command is a name, the type of its arguments, and a coroutine that answers with a
value that can be written as JSON. The page, the socket and the command line all come
through here, so they say the same words.
"""
