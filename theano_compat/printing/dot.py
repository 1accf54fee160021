"""Pictures of graphs: `pydotprint` and `pydotprint_variables`, drawn by Graphviz's program `dot`.

Theano went through the package pydot; the text that `dot` reads is written here directly, so only Graphviz is needed,
and not even that for `format='dot'`. Not here: text (`debug.py`, `pretty.py`), interactive pages (`d3viz`).
"""
import logging
import os
import shutil
import subprocess
import warnings

import numpy as np

from theano_compat.config import config
from theano_compat.graph.fgraph import FunctionGraph
from theano_compat.graph.variable import Apply, Constant, Variable
from theano_compat.graph.walk import inputs as graph_inputs

_logger = logging.getLogger("theano.printing")

pydot_imported = shutil.which("dot") is not None
pydot_imported_msg = "" if pydot_imported else "Graphviz's program `dot` was not found. Install graphviz."

default_colorCodes = {
    "GpuFromHost": "red", "HostFromGpu": "red", "Scan": "yellow", "Shape": "brown", "IfElse": "magenta",
    "Elemwise": "#FFAABB", "Subtensor": "#FFAAFF", "Alloc": "#FFAA22", "Output": "blue",
}


# ---- the language of `dot` ------------------------------------------------------------------------------------------

class DotGraph:
    """Nodes, edges and clusters, and their text."""

    def __init__(self):
        self.nodes, self.edges, self.clusters = {}, [], {}

    def add_node(self, name, **attributes):
        """A node; said twice, the last one counts."""
        self.nodes[name] = attributes

    def add_edge(self, start, end, **attributes):
        self.edges.append((start, end, attributes))

    def to_string(self):
        """The graph as a `.dot` file."""
        lines = ["digraph G {"]
        lines += [f"{quoted(name)}{bracketed(attributes)};" for name, attributes in self.nodes.items()]
        lines += [f"{quoted(a)} -> {quoted(b)}{bracketed(attributes)};" for a, b, attributes in self.edges]
        for label, names in self.clusters.items():
            lines += [f"subgraph cluster_{label} {{", f"label={quoted(label)};", *(f"{quoted(n)};" for n in names), "}"]
        return "\n".join([*lines, "}", ""])

    def render(self, format):
        """The picture as bytes."""
        text = self.to_string()
        return text.encode() if format in ("dot", "raw") else draw(text, format)


def draw(text, format, prog="dot"):
    """The picture of a graph in Graphviz's language, as bytes. Raises RuntimeError without Graphviz or for an unknown format."""
    if not pydot_imported:
        raise RuntimeError("Failed to import pydot. You must install graphviz and either pydot or pydot-ng for "
                           "`pydotprint` to work.", pydot_imported_msg)
    done = subprocess.run([prog, f"-T{format}"], input=text.encode(), capture_output=True)
    if done.returncode:
        raise RuntimeError(f"Graphviz could not draw the graph as {format}: {done.stderr.decode().strip()}")
    return done.stdout


def quoted(text):
    """A text as Graphviz reads it back."""
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def bracketed(attributes):
    """The attributes of a node or an edge as Graphviz reads them, or nothing."""
    return f" [{', '.join(f'{key}={quoted(value)}' for key, value in attributes.items())}]" if attributes else ""


# ---- what Theano draws ----------------------------------------------------------------------------------------------

def _with_output(colors):
    """The colours asked for. That of outputs, updates and what overwrites has a default: Theano stopped with a KeyError without it."""
    return default_colorCodes if colors is None else {"Output": default_colorCodes["Output"], **colors}


def pydotprint(fct, outfile=None, compact=True, format="png", with_ids=False, high_contrast=True, cond_highlight=None,
               colorCodes=None, max_label_size=70, scan_graphs=False, var_with_name_simple=False,
               print_output_file=True, return_image=False):
    """Draw the graph of a compiled function, a FunctionGraph, a variable, a node, or a list of variables.

    Ellipses are nodes, boxes are variables: green inputs, cyan shared variables, blue outputs, grey results that nobody
    uses. An edge is blue to an input that an op returns a view of, red to one that it overwrites. `compact` leaves out
    inner variables without a name. `cond_highlight` names an IfElse whose branches are to stand in frames of their own.
    `scan_graphs` draws each scan's inner graph in a file of its own. `return_image` gives the picture back as bytes.
    """
    colors = _with_output(colorCodes)
    program = _Program(fct)
    picture = _Picture(program, compact, with_ids, high_contrast, colors, max_label_size, var_with_name_simple)
    picture.draw()
    if cond_highlight is not None:
        picture.frame_branches(cond_highlight)
    if outfile is None:
        outfile = os.path.join(config.compiledir, f"theano.pydotprint.{config.device}.{format}")
    if not outfile.endswith("." + format):
        outfile += "." + format
    if scan_graphs:
        base, extension = os.path.splitext(outfile)
        for i, op, inner in _scans(program):
            name = f"{base}_{op.name}_{i}" if hasattr(op, "name") else f"{base}_{i}"
            pydotprint(inner, name + extension, compact, format, with_ids, high_contrast, cond_highlight, colorCodes,
                       max_label_size, scan_graphs)
    image = picture.dot.render(format)
    if return_image:
        return image
    with open(outfile, "wb") as out:
        out.write(image)
    if print_output_file:
        print("The output file is available at", outfile)


def pydotprint_variables(vars, outfile=None, format="png", depth=-1, high_contrast=True, colorCodes=None,
                         max_label_size=50, var_with_name_simple=False):
    """`pydotprint` of variables, down to `depth` nodes; Theano itself replaced it by `pydotprint`."""
    warnings.warn("pydotprint_variables() is deprecated. Use pydotprint() instead.", stacklevel=2)
    program = _Program(vars, depth)
    picture = _Picture(program, False, False, high_contrast, _with_output(colorCodes), max_label_size,
                       var_with_name_simple)
    picture.draw()
    if outfile is None:
        outfile = os.path.join(config.compiledir, f"theano.pydotprint.{config.device}.{format}")
    if not outfile.endswith("." + format):
        outfile += "." + format
    with open(outfile, "wb") as out:
        out.write(picture.dot.render(format))
    print("The output file is available at", outfile)


class _Program:
    """What is to be drawn: nodes in order, outputs, which output updates which input, and the profile if there is one."""

    def __init__(self, fct, depth=-1):
        maker = getattr(fct, "maker", None)
        self.profile = getattr(fct, "profile", None) if maker is not None else None
        fgraph = fct if isinstance(fct, FunctionGraph) else getattr(maker, "fgraph", None)
        if fgraph is None:
            variables = fct.outputs if isinstance(fct, Apply) else [fct] if isinstance(fct, Variable) else fct
            assert isinstance(variables, (list, tuple))
            assert all(isinstance(v, Variable) for v in variables)
            fgraph = FunctionGraph(inputs=graph_inputs(variables), outputs=variables)
        self.nodes = fgraph.toposort()
        self.outputs = list(fgraph.outputs)
        self.updated = {}  # the new value -> the input that receives it
        if maker is not None:
            for spec, variable in reversed(list(zip(maker.expanded_inputs, fgraph.inputs, strict=True))):
                if spec.update is not None:
                    self.updated[self.outputs.pop()] = variable
        if depth >= 0:
            self.nodes = _within(self.nodes, self.outputs, depth)
        self.position = {node: i for i, node in enumerate(self.nodes)}


def _within(nodes, outputs, depth):
    level = {output.owner: 0 for output in outputs}
    for node in reversed(nodes):
        for variable in node.inputs if node in level else ():
            level[variable.owner] = min(level[node] + 1, level.get(variable.owner, level[node] + 1))
    return [node for node in nodes if level.get(node, depth) < depth]


def _scans(program):
    for i, node in enumerate(program.nodes):
        if hasattr(node.op, "var_mappings"):
            fn = getattr(node.op, "fn", None)
            yield i, node.op, node.op.outputs if fn is None else fn


class _Picture:
    def __init__(self, program, compact, with_ids, high_contrast, colors, max_label_size, var_with_name_simple):
        self.program, self.compact, self.with_ids, self.high_contrast = program, compact, with_ids, high_contrast
        self.colors, self.max_label_size, self.simple_names = colors, max_label_size, var_with_name_simple
        self.dot = DotGraph()
        self.labels = {}  # variable or node -> label
        self.used = set()

    def draw(self):
        """Put everything into `dot`."""
        for node in self.program.nodes:
            self._draw_node(node)
            for i, variable in enumerate(node.inputs):
                self._draw_input(node, i, variable)
            for i, variable in enumerate(node.outputs):
                self._draw_output(node, i, variable)
        for new, variable in self.program.updated.items():
            self.variable_label(new)
            self.dot.add_edge(id(new), id(variable), label="UPDATE", color=self.colors["Output"])

    # -- labels

    def _cut(self, label):
        return label if len(label) <= self.max_label_size else label[:self.max_label_size - 3] + "..."

    def variable_label(self, variable):
        if variable not in self.labels:
            self.labels[variable] = self._cut(self._variable_text(variable))
            self.used.add(self.labels[variable])
        return self.labels[variable]

    def _variable_text(self, variable):
        receiver = self.program.updated.get(variable)
        if variable.name is not None:
            return variable.name if self.simple_names else f"name={variable.name} {variable.type}"
        if isinstance(variable, Constant):
            value = str(np.asarray(variable.data)).split("\n")[0]
            return f"val={value} {variable.type}"
        if receiver is not None and receiver.name is not None:
            return receiver.name if self.simple_names else f"{receiver.name}{variable.type}"
        return str(variable.type)

    def node_label(self, node):
        if node not in self.labels:
            self.labels[node] = self._new_node_label(node)
            self.used.add(self.labels[node])
        return self.labels[node]

    def _new_node_label(self, node):
        label, size = str(node.op).replace(":", "_") + self._time(node), self.max_label_size
        if label in self.used or self.with_ids:
            number = f" id={self.program.position[node]}"
            return label + number if len(label) + len(number) <= size else label[:size - 3 - len(number)] + number + "..."
        short, i = self._cut(label), 1
        while short in self.used:  # two labels that differ only in what was cut off
            i += 1
            number = f" id={i}"
            short = label[:size - 3 - len(number)] + "..." + number
        return short

    def _time(self, node):
        profile = self.program.profile
        if not profile:
            return ""
        seconds = profile.apply_time.get(node, 0)
        share = seconds * 100 / profile.fct_call_time if profile.fct_callcount and profile.fct_call_time else 0
        return f"   ({seconds:.3f}s,{share:.3f}%)"

    # -- shapes

    def _draw_box(self, variable, color=None):
        attributes = {"label": self.variable_label(variable), "shape": "box"}
        self.dot.add_node(id(variable), **attributes, **self._colored(color))

    def _colored(self, color):
        if color is None:
            return {}
        return {"style": "filled", "fillcolor": color} if self.high_contrast else {"color": color}

    def _draw_node(self, node):
        kind = type(node.op).__name__
        color = next((color for part, color in reversed(self.colors.items()) if part in kind), None)
        self.dot.add_node(id(node), label=self.node_label(node), shape="ellipse", **self._colored(color))

    def _draw_input(self, node, i, variable):
        label = str(i) if len(node.inputs) > 1 else ""
        attributes = {"label": label} if label else {}
        if any(i in viewed for viewed in (getattr(node.op, "view_map", None) or {}).values()):
            attributes["color"] = self.colors["Output"]
        elif any(i in destroyed for destroyed in (getattr(node.op, "destroy_map", None) or {}).values()):
            attributes["color"] = "red"
        if variable.owner is None or variable.owner not in self.program.position:
            # green for an input, blue for an output: what is both is cyan
            self._draw_box(variable, "cyan" if hasattr(variable, "container") else "green")
        elif not variable.name and self.compact and variable not in self.program.outputs:
            attributes["label"] = self._cut(f"{label} {variable.type}".strip())
            self.dot.add_edge(id(variable.owner), id(node), **attributes)
            return
        self.dot.add_edge(id(variable), id(node), **attributes)

    def _draw_output(self, node, i, variable):
        label = self._cut(str(i)) if len(node.outputs) > 1 else ""
        unused = not getattr(variable, "clients", ())
        if variable in self.program.outputs or variable in self.program.updated:
            color = self.colors["Output"]
        elif unused:
            color = "grey"
        elif variable.name or not self.compact:
            color = None
            if self.compact:
                label = self._cut(f"{label} {variable.type}".strip())
        else:  # the edge from the node that uses it shows it
            return
        self._draw_box(variable, color)
        self.dot.add_edge(id(node), id(variable), **({"label": label} if label else {}))

    def frame_branches(self, name):
        """Frames around what only the left, only the right, and both branches of the IfElse `name` need."""
        conds = [n for n in self.program.nodes if type(n.op).__name__ == "IfElse" and n.op.name == name]
        if not conds:
            _logger.warning("pydotprint: cond_highlight is set but there is no IfElse node in the graph")
            return
        left, right = (_nodes_above(variable) for variable in conds[-1].inputs[1:3])
        frames = {"Left": left - right, "Right": right - left, "Middle": left & right}
        self.dot.clusters = {label: [id(n) for n in self.program.nodes if n in members] for label, members in frames.items()}


def _nodes_above(variable):
    found, stack = set(), [variable.owner]
    while stack:
        node = stack.pop()
        if node is not None and node not in found:
            found.add(node)
            stack.extend(i.owner for i in node.inputs)
    return found
