"""The node's HTTP side: a hardened server, its routes, pages and answers."""
