"""The old world: import paths, names that cannot exist any more, scripts in Python 2. Nothing here is needed to build or run a graph."""
