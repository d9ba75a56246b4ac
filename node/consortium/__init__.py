"""Which co-ops can do a piece of work together: an exact answer, as a flow."""
