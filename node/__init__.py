"""The node: everything of Wortley that touches the world."""
