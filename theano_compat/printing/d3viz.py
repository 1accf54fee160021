"""Graphs to look at in a browser: `theano.d3viz.d3viz` and `d3write`.

One page of HTML that needs nothing else, no network and no other file: the graph as JSON and the script of page.html, which lays it out,
draws it as SVG and lets one zoom, drag, open inner graphs and read what is known about a node. The graph comes from formatting.py.
"""
import ast
import json
import os

from theano_compat.printing.formatting import PyDotFormatter

_PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.html")


def replace_patterns(x, replace):
    """`x` with every key of the dict `replace` replaced by its value."""
    for old, new in replace.items():
        x = x.replace(str(old), str(new))
    return x


def safe_json(obj):
    """`obj` as JSON that may stand inside of a script of a page."""
    return json.dumps(obj).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def graph_data(graph):
    """A formatter's graph as plain lists and dicts: nodes with their attributes, edges, and graphs within nodes."""
    within = {g.get_name(): g for g in graph.get_subgraph_list()}
    nodes = []
    for node in graph.get_nodes():
        attributes = dict(node.get_attributes())
        found = {"id": node.get_name(), **attributes}
        if "subg" in attributes:
            found["subg"] = graph_data(within[attributes["subg"]])
            for name in ("subg_map_inputs", "subg_map_outputs"):
                found[name] = ast.literal_eval(attributes[name])
        nodes.append(found)
    edges = [{"from": e.get_source(), "to": e.get_destination(), **e.get_attributes()} for e in graph.get_edges()]
    return {"nodes": nodes, "edges": edges}


def page(graph, title="Theano graph"):
    """The HTML page of a formatter's graph."""
    with open(_PAGE, encoding="utf-8") as file:
        template = file.read()
    escaped = title.replace("&", "&amp;").replace("<", "&lt;")
    return replace_patterns(template, {"%% TITLE %%": escaped, '"%% GRAPH %%"': safe_json(graph_data(graph))})


def d3viz(fct, outfile, copy_deps=True, *args, **kwargs):
    """Write a page that shows a compiled function, a variable, a node or a list of variables, to be opened in any browser.

    The folder of `outfile` is made if need be. `copy_deps` has no effect: the page is one file that depends on nothing. Other arguments
    are those of PyDotFormatter. The wheel zooms, dragging moves the graph or a node, a double click opens an inner graph, a click shows
    what is known about a node. Green: inputs, blue: outputs, ellipses: nodes coloured by their op; a blue edge is a view of its input, a
    red one overwrites it.
    """
    graph = PyDotFormatter(*args, **kwargs)(fct)
    folder = os.path.dirname(outfile)
    if folder:
        os.makedirs(folder, exist_ok=True)
    name = getattr(fct, "name", None)
    with open(outfile, "w", encoding="utf-8") as file:
        file.write(page(graph, name if isinstance(name, str) else os.path.basename(outfile)))


def d3write(fct, path, *args, **kwargs):
    """Write the same graph as a file for Graphviz; arguments as for `d3viz`."""
    PyDotFormatter(*args, **kwargs)(fct).write_dot(path)
