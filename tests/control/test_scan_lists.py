"""A loop's variables by kind: positions as recorded from the real Theano 1.0.5."""
import theano
import theano.tensor as T

RECORDED = {
    "inner_seqs": [0], "inner_mitmot": [], "inner_mitsot": [1, 2], "inner_sitsot": [3], "inner_shared": [], "inner_non_seqs": [4, 5],
    "outer_seqs": [1], "outer_mitmot": [], "outer_mitsot": [2], "outer_sitsot": [3], "outer_shared": [], "outer_non_seqs": [5, 6],
    "inner_mitmot_outs": [], "inner_mitsot_outs": [0], "inner_sitsot_outs": [1], "inner_nitsot_outs": [2], "inner_shared_outs": [],
    "outer_mitmot_outs": [], "outer_mitsot_outs": [0], "outer_sitsot_outs": [1], "outer_nitsot_outs": [2], "outer_shared_outs": []}


def _loop():
    x, h, g, w, k = T.dvector("x"), T.dscalar("h"), T.dvector("g"), T.dscalar("w"), theano.shared(3, "k")
    outs, _ = theano.scan(lambda xt, g1, g2, h1, wt: (g1 + g2 * xt, h1 * wt, g1 + k), sequences=x,
                          outputs_info=[dict(initial=g, taps=[-2, -1]), h, None], non_sequences=w, name="loop")
    return next(v.owner for v in theano.gof.graph.ancestors(outs) if v.owner and type(v.owner.op).__name__ == "Scan")


def test_a_loop_tells_its_variables_by_kind():
    node = _loop()
    op = node.op
    for name, positions in RECORDED.items():
        side = (op.inputs if name.startswith("inner") else node.inputs)
        if name.endswith("_outs"):
            side = op.outputs if name.startswith("inner") else node.outputs
        assert [side.index(v) for v in getattr(op, name)(side)] == positions, name
    assert op.outer_sitsot(node) == op.outer_sitsot(node.inputs) and op.outer_nitsot_outs(node) == [node.outputs[2]]
    assert [op.mitmot_taps(), op.mitsot_taps(), op.mitmot_out_taps()] == [[], [[-2, -1]], []]
    assert [op.n_outs, op.n_tap_outs, op.seqs_arg_offset, op.shared_arg_offset, op.nit_sot_arg_offset] == [2, 1, 2, 4, 4]
    assert op.vector_seqs == [True] and op.vector_outs == [True] * 3
    assert len(op.outer_nitsot(node)) == 1
