"""Graphs as nodes and edges with attributes: `theano.d3viz.formatting`. What draws them is d3viz.py, and Graphviz if asked.

The result of a PyDotFormatter has the methods of pydot's graphs that programs use (`get_nodes`, `get_subgraph_list`, `write_dot`,
`write_png`, ...), but is made here: pydot itself is only needed for `to_pydot()`.
"""
import os

import numpy as np

from theano_compat.graph.fgraph import FunctionGraph
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Apply, Constant, Variable
from theano_compat.graph.walk import inputs as graph_inputs
from theano_compat.printing.dot import bracketed, draw, quoted
from theano_compat.printing.dot import pydot_imported as pydot_imported
from theano_compat.printing.dot import pydot_imported_msg as pydot_imported_msg


class Piece:
    """What nodes, edges and graphs have in common: attributes, under pydot's method names."""

    def __init__(self, **attributes):
        self.attributes = attributes

    def get_attributes(self):
        """The dict of attributes itself."""
        return self.attributes

    def get(self, name):
        """One attribute, or None."""
        return self.attributes.get(name)

    def set(self, name, value):
        """Give or change an attribute."""
        self.attributes[name] = value


class Node(Piece):
    """A node: `name` and attributes."""

    def __init__(self, name, **attributes):
        super().__init__(**attributes)
        self.name = name

    def get_name(self):
        """Its name in the graph."""
        return self.name


class Edge(Piece):
    """An edge from one node's name to another's."""

    def __init__(self, src, dst, **attributes):
        super().__init__(**attributes)
        self.src, self.dst = src, dst

    def get_source(self):
        """The name of the node it leaves."""
        return self.src

    def get_destination(self):
        """The name of the node it enters."""
        return self.dst


class Dot(Piece):
    """A graph of nodes, edges and graphs within nodes."""

    kind, prefix = "digraph", ""

    def __init__(self, name="G", **attributes):
        super().__init__(**attributes)
        self.name = self.prefix + name
        self.nodes, self.edges, self.subgraphs = {}, [], []

    def get_name(self):
        """Its name."""
        return self.name

    def add_node(self, node):
        """Add a node; one of the same name is replaced."""
        self.nodes[node.name] = node

    def add_edge(self, edge):
        """Add an edge."""
        self.edges.append(edge)

    def add_subgraph(self, graph):
        """Add a graph that belongs to one of the nodes."""
        self.subgraphs.append(graph)

    def get_nodes(self):
        """All nodes, without those of graphs within."""
        return list(self.nodes.values())

    get_node_list = get_nodes

    def get_edges(self):
        """All edges, without those of graphs within."""
        return list(self.edges)

    get_edge_list = get_edges

    def get_subgraphs(self):
        """The graphs within."""
        return list(self.subgraphs)

    get_subgraph_list = get_subgraphs

    def to_string(self):
        """The graph in the language of Graphviz."""
        return "\n".join([*self._lines(), ""])

    def _lines(self):
        yield f"{self.kind} {quoted(self.name)} {{"
        for key, value in self.attributes.items():
            yield f"{key}={quoted(value)};"
        for node in self.nodes.values():
            yield f"{quoted(node.name)}{bracketed(node.attributes)};"
        for edge in self.edges:
            yield f"{quoted(edge.src)} -> {quoted(edge.dst)}{bracketed(edge.attributes)};"
        for graph in self.subgraphs:
            yield from graph._lines()
        yield "}"

    def create(self, prog="dot", format="ps"):
        """The picture as bytes, drawn by Graphviz."""
        return draw(self.to_string(), format, prog)

    def write(self, path, prog="dot", format="raw"):
        """Write the graph ('raw') or its picture to a file."""
        data = self.to_string().encode() if format == "raw" else self.create(prog, format)
        with open(path, "wb") as file:
            file.write(data)
        return True

    def write_dot(self, path, prog="dot"):
        """Write the graph with the places of its nodes if Graphviz is there to find them, without if not."""
        return self.write(path, prog, "dot" if pydot_imported else "raw")

    def create_dot(self, prog="dot"):
        """The same as bytes."""
        return self.create(prog, "dot") if pydot_imported else self.to_string().encode()

    def __getattr__(self, name):
        # create_png, write_svg, ...: as many as Graphviz has formats
        for verb in ("create", "write"):
            if name.startswith(verb + "_"):
                return lambda *args, **kwargs: getattr(self, verb)(*args, format=name.removeprefix(verb + "_"), **kwargs)
        raise AttributeError(name)

    def to_pydot(self):
        """The same as a graph of the package pydot, for programs that go on building with that."""
        try:
            import pydot
        except ImportError:
            raise ImportError("pydot is not installed: pip install 'theano-compat[viz]'") from None
        return pydot.graph_from_dot_data(self.to_string())[0]


class Cluster(Dot):
    """A graph within a node."""

    kind, prefix = "subgraph", "cluster_"


@legacy_name("theano.d3viz.formatting")
class PyDotFormatter:
    """Makes a graph of nodes and edges of a function, a FunctionGraph, a node, a variable or a list of variables.

    `compact` leaves out inner variables without a name. `node_colors`, `apply_colors` and `shapes` may be changed before the call.
    The inner graphs of OpFromGraph and of scans become graphs within (`get_subgraph_list`).
    """

    def __init__(self, compact=True):
        self.compact = compact
        self.node_colors = {"input": "limegreen", "constant_input": "SpringGreen", "shared_input": "YellowGreen",
                            "output": "dodgerblue", "unused": "lightgrey"}
        self.apply_colors = {"GpuFromHost": "red", "HostFromGpu": "red", "Scan": "yellow", "Shape": "cyan", "IfElse": "magenta",
                             "Elemwise": "#FFAABB", "Subtensor": "#FFAAFF", "Alloc": "#FFAA22"}
        self.shapes = {"input": "box", "output": "box", "apply": "ellipse"}
        self._prefix = "n"
        self._names = {}

    def __call__(self, fct, graph=None):
        graph = Dot() if graph is None else graph
        self._names = {}
        fgraph, profile = _graph_of(fct)
        outputs = list(fgraph.outputs)
        for node in fgraph.toposort():
            self._add_apply(graph, node, profile)
            for i, variable in enumerate(node.inputs):
                self._add_input(graph, node, i, variable)
            for variable in node.outputs:
                self._add_output(graph, node, variable, variable in outputs)
            self._add_inner_graph(graph, node)
        for variable in outputs:
            if variable.owner is None and variable not in self._names:  # given back as it came
                graph.add_node(dict_to_pdnode(self._variable(variable, _kind_of_input(variable), "input")))
        return graph

    def _name(self, thing):
        if thing not in self._names:
            self._names[thing] = f"{self._prefix}{len(self._names) + 1}"
        return self._names[thing]

    def _add_apply(self, graph, node, profile):
        label = apply_label(node)
        params = {"name": self._name(node), "label": label, "profile": apply_profile(node, profile), "node_type": "apply",
                  "apply_op": str(node.op), "shape": self.shapes["apply"], "tag": var_tag(node)}
        colors = [color for part, color in self.apply_colors.items() if part in label]
        if colors:
            params.update(style="filled", fillcolor=colors[-1], type="colored")
        graph.add_node(dict_to_pdnode(params))

    def _variable(self, variable, kind, shape, color=None):
        return {"name": self._name(variable), "label": var_label(variable), "node_type": kind, "dtype": type_to_str(variable.type),
                "tag": var_tag(variable), "style": "filled", "fillcolor": self.node_colors[color or kind],
                "shape": self.shapes[shape]}

    def _add_input(self, graph, node, i, variable):
        if variable.owner is None:
            graph.add_node(dict_to_pdnode(self._variable(variable, _kind_of_input(variable), "input")))
        dtype = type_to_str(variable.type)
        params = {"label": f"{i} {dtype}" if len(node.inputs) > 1 else dtype}
        if i in _positions(node.op, "view_map"):
            params["color"] = self.node_colors["output"]
        elif i in _positions(node.op, "destroy_map"):
            params["color"] = "red"
        graph.add_edge(Edge(self._name(variable.owner or variable), self._name(node), **params))

    def _add_output(self, graph, node, variable, is_output):
        unused = not getattr(variable, "clients", ())
        if is_output or unused:
            color = "unused" if unused and not is_output else "output"
            graph.add_node(dict_to_pdnode(self._variable(variable, "output", "output", color)))
        elif not variable.name and self.compact:
            return
        else:
            graph.add_node(dict_to_pdnode({**self._variable(variable, "output", "output", "unused"), "node_type": "inner"}))
        graph.add_edge(Edge(self._name(node), self._name(variable), label=type_to_str(variable.type)))

    def _add_inner_graph(self, graph, node):
        inner = _inner_graph(node)
        if inner is None:
            return
        within = Cluster(self._name(node))
        formatter = PyDotFormatter(self.compact)
        formatter.__dict__.update(node_colors=self.node_colors, apply_colors=self.apply_colors, shapes=self.shapes,
                                  _prefix=self._name(node))
        fgraph, inputs, outputs = inner
        formatter(fgraph, within)
        graph.add_subgraph(within)
        attributes = graph.nodes[self._name(node)].attributes
        attributes["subg"] = within.get_name()
        attributes["subg_map_inputs"] = str([[self._name(outer.owner or outer), formatter._name(v)] for outer, v in inputs])
        attributes["subg_map_outputs"] = str([[formatter._name(v), self._name(outer)] for v, outer in outputs])


def _graph_of(fct):
    """The FunctionGraph to show, and a profile."""
    maker = getattr(fct, "maker", None)
    if hasattr(maker, "fgraph"):
        return maker.fgraph, getattr(fct, "profile", None)
    if isinstance(fct, FunctionGraph):
        return fct, None
    variables = fct.outputs if isinstance(fct, Apply) else [fct] if isinstance(fct, Variable) else fct
    assert isinstance(variables, (list, tuple))
    assert all(isinstance(v, Variable) for v in variables)
    return FunctionGraph(inputs=graph_inputs(variables), outputs=variables), None


def _inner_graph(node):
    """(graph, pairs of outer and inner inputs, pairs of inner and outer outputs) of an op that holds a graph, or None."""
    op = node.op
    if hasattr(op, "local_inputs") and hasattr(op, "local_outputs"):  # OpFromGraph
        outer_of = dict(enumerate(node.inputs[:len(op.local_inputs)]))
        inputs, outputs, result_of = op.local_inputs, op.local_outputs, dict(enumerate(node.outputs))
    elif hasattr(op, "var_mappings"):  # scan
        mapping = op.var_mappings
        inputs, outputs = op.inputs, op.outputs
        outer_of = {i: node.inputs[o] for i, o in mapping["outer_inp_from_inner_inp"].items()}
        result_of = {i: node.outputs[o] for i, o in mapping["outer_out_from_inner_out"].items() if o >= 0}
    else:
        return None
    fgraph = FunctionGraph(inputs, outputs, clone=True)
    return (fgraph, [(outer, fgraph.inputs[i]) for i, outer in outer_of.items()],
            [(fgraph.outputs[i], outer) for i, outer in result_of.items()])


def _kind_of_input(variable):
    if isinstance(variable, Constant):
        return "constant_input"
    return "shared_input" if hasattr(variable, "container") else "input"


def _positions(op, name):
    return [i for positions in (getattr(op, name, None) or {}).values() for i in positions]


def var_label(var, precision=3):
    """What stands in a variable's box: its name, its value if constant (the first line), or its type."""
    if var.name is not None:
        return var.name
    if isinstance(var, Constant):
        value = np.asarray(var.data)
        text = np.array2string(np.atleast_1d(value), precision=precision).split("\n")[0]
        return text.strip("[]") if value.ndim == 0 else text
    return type_to_str(var.type)


def var_tag(var):
    """Where a variable was made: [file, line, source], or None."""
    trace = getattr(var.tag, "trace", None)
    if not trace or not len(trace[0]):
        return None
    entry = trace[0][-1] if isinstance(trace[0][0], (tuple, list)) else trace[0]
    if len(entry) != 4:
        return None
    path, line, _, source = entry
    return [os.path.basename(path).replace("<", "").replace(">", ""), line, (source or "").encode()]


def apply_label(node):
    """What stands in a node's ellipse: the class of its op."""
    return type(node.op).__name__


def apply_profile(node, profile):
    """[seconds of this node, seconds of all calls], or None without a profile."""
    if not profile or profile.fct_call_time == 0:
        return None
    return [profile.apply_time.get(node, 0), profile.fct_call_time]


def broadcastable_to_str(b):
    """'scalar', 'vector', 'col', 'row', 'matrix', or '' for other patterns."""
    return {(): "scalar", (False,): "vector", (False, True): "col", (True, False): "row", (False, False): "matrix"}.get(tuple(b), "")


def dtype_to_char(dtype):
    """The letter by which Theano's constructors name a dtype, 'X' for one without."""
    return {"complex64": "c", "complex128": "z", "float32": "f", "float64": "d", "int8": "b", "int16": "w", "int32": "i",
            "int64": "l"}.get(dtype, "X")


def type_to_str(t):
    """A type in short: 'dmatrix', the dtype if its shape has no name, or its own text if it is no tensor's."""
    if not hasattr(t, "broadcastable"):
        return str(t)
    shape = broadcastable_to_str(t.broadcastable)
    return dtype_to_char(t.dtype) + shape if shape else str(t.dtype)


def dict_to_pdnode(d):
    """A Node of a dict of attributes, without those that are None; the members of lists are set apart by tabs."""
    texts = {key: "\t".join(map(str, value)) if isinstance(value, list) else str(value) for key, value in d.items() if value is not None}
    return Node(**{key: text.replace('"', "'") for key, text in texts.items()})
