"""Figures that are kept: sums that follow what changes, and what they are made of."""
