"""The network in the terms of Valueflows 1.0.0, as JSON-LD 1.1.

terms       which terms of the vocabulary are used, and the context made of them
mapping     a table: family of entities -> nodes of the graph
writing     the document, node by node
"""
