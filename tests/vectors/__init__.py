"""Bytes that must be accepted and bytes that must be rejected, for any language."""
