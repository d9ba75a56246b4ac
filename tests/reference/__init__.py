"""A second implementation of the protocol, written from its specification alone."""
