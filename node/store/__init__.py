"""Where a node keeps things: log.db (precious), state.db (rebuilt), node.db (own)."""
