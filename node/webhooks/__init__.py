"""Webhooks: other programs are told of events as they come (Standard Webhooks).

    feed ─▶ deliveries (node.db, with the cursor, one transaction) ─▶ sign ─▶ POST

What waits is bounded: while too much does, the feed is not read on for that webhook. An
event is sent at least once, in the order of the feed as long as nothing fails.
"""
