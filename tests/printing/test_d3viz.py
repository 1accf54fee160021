"""Pages of theano.d3viz: what they hold, and that a browser without a network draws them."""
import json
import re
import shutil
import subprocess

import pytest

import theano_compat as theano
import theano_compat.tensor as T
from theano.d3viz.tests import models
from theano_compat.printing.d3viz import d3viz, d3write, safe_json
from theano_compat.printing.formatting import PyDotFormatter

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def nested():
    x, y, z = T.dscalars("x", "y", "z")
    inner = theano.OpFromGraph([x, y], [x * y])
    outer = theano.OpFromGraph([x, y, z], [inner(x, y) + z])
    return outer(x, y, z) + z


def test_inner_graphs_are_graphs_within():
    graph = PyDotFormatter()(nested())
    outer, = graph.get_subgraph_list()
    inner, = outer.get_subgraph_list()
    assert [len(g.get_nodes()) for g in (graph, outer, inner)] == [6, 6, 4]
    node, = [n for n in graph.get_nodes() if n.get("subg")]
    assert node.get_attributes()["label"] == "OpFromGraph" and node.get("subg") == outer.get_name()


def test_the_models_of_the_tutorial_are_there():
    inner = [("Mlp", 0), ("OfgSimple", 1), ("Ofg", 2), ("OfgNested", 2)]
    for name, graphs in inner:
        model = getattr(models, name)()
        found = PyDotFormatter()(theano.function(model.inputs, model.outputs))
        assert len(_all_subgraphs(found)) == graphs, name
    mlp = models.Mlp(3, 2, 4, rng=1)
    assert mlp.outputs[0].eval({mlp.inputs[0]: [[1., 2., 3.]]}).sum() == pytest.approx(1)


def _all_subgraphs(graph):
    return [g for sub in graph.get_subgraph_list() for g in (sub, *_all_subgraphs(sub))]


def test_a_page_is_one_file_and_holds_the_graph(tmp_path):
    path = tmp_path / "new" / "page.html"
    x = T.dvector("<x>")
    d3viz(T.tanh(x) * 2, str(path))
    text = path.read_text()
    assert [p.name for p in path.parent.iterdir()] == ["page.html"]
    assert not re.search(r"""(src|href)\s*=|@import|fetch\(|https?://(?!www\.w3\.org/2000/svg)""", text)
    data = json.loads(re.search(r"^const GRAPH = (.*);$", text, re.MULTILINE).group(1))
    assert {n["label"] for n in data["nodes"] if n["node_type"] == "input"} == {"<x>"}
    assert "<x>" not in text and safe_json("</script>") == '"\\u003c/script>"'


def test_d3write_writes_a_file_for_graphviz(tmp_path):
    d3write(T.tanh(T.dvector("x")), str(tmp_path / "graph.dot"))
    assert "digraph" in (tmp_path / "graph.dot").read_text()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_draws_the_page(tmp_path):
    d3viz(nested(), str(tmp_path / "page.html"))
    options = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
               "--disable-component-update --disable-sync").split()
    for suffix, shown in (("", ("6", "0")), ("#all", ("16", "2"))):
        done = subprocess.run([CHROMIUM, *options, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom",
                               f"file://{tmp_path / 'page.html'}{suffix}"], capture_output=True, text=True, timeout=120)
        body = re.search("<body[^>]*>", done.stdout).group(0)
        assert 'data-state="ready"' in body
        assert (re.search('data-nodes="([0-9]+)"', body).group(1), re.search('data-open="([0-9]+)"', body).group(1)) == shown
