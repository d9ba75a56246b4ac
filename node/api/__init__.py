"""The JSON API for other programs: every command of the table, below `/api/v1`.

routes     a command's name -> method, path, scope: by convention, with a table
arguments  query strings and bodies -> the arguments of the command
door       who asks: tokens, scopes, and how often
lists      pages of a list: limit, cursor, next
faults     what went wrong -> problem+json with its way out
serving    the handlers
files      what is answered as a file: its type, its name, what writes it
sending    how a file is answered
document   OpenAPI 3.1, generated from the same types
"""
