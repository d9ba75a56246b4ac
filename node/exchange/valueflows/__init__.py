"""The network in the terms of Valueflows 1.0.0, as JSON-LD 1.1.

terms       which terms of the vocabulary are used, and the context made of them
own         what it has no term for: our own, and what they mean
mapping     a table: family of entities -> nodes of the graph, and the functions in it:
            coops, aims, pledges, winning, deciding, trading
graph       what they read, and what they note for those after them
writing     the document, node by node
"""
