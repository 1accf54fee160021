"""What can be said more simply before XLA sees it. The engine and its tables of rules are in this package."""


def rewrite_graph(fgraph, query):
    """Apply the rewrites that `query` selects to `fgraph`."""
