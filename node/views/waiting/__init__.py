"""What waits for a co-op, looked for family by family."""
