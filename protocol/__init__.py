"""The Wortley protocol: pure functions from bytes to shared state (SPEC.md)."""
