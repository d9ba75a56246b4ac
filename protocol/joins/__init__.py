"""Joins: facts that two or more logs make together, as pure functions (SPEC 11).

A join reads states that are folded already and decides nothing about an event.
"""
