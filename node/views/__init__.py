"""Rows for a page or a report: read from the books, put side by side, nothing written.

A view takes `Books` and gives values that can be written as JSON: ids in text form,
dates, minutes, amounts with all their decimals. What a member wrote has been cleaned of
control characters on the way (node/views/texts.py), but is no less a stranger's word.
"""
