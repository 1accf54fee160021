"""What notebooks show of variables and functions: LaTeX for formulas, SVG for graphs."""
import numpy as np
import pytest

import theano_compat as theano
import theano_compat.tensor as T
from theano_compat.printing.dot import pydot_imported
from theano_compat.printing.latex import latex

x, y, W, a, alpha, w_h = T.dscalar("x"), T.dscalar("y"), T.dmatrix("W"), T.dvector("a"), T.dscalar("alpha"), T.dscalar("w_hidden")
i = T.iscalar("i")


@pytest.mark.parametrize("variable, text", [
    (x + y, "x + y"),
    (x - (y - x), r"x - \left(y - x\right)"),
    (x - (y + x), r"x - \left(y + x\right)"),
    (x + (y - x), "x + y - x"),
    (x * (x + y), r"x \, \left(x + y\right)"),
    (-x * y, r"\left(-x\right) \, y"),
    (x - (-y), r"x - \left(-y\right)"),
    (x + (-y), r"x + \left(-y\right)"),
    (2 * x, r"2 \, x"),
    (x * 2, r"x \cdot 2"),
    (x / (x + y), r"\frac{x}{x + y}"),
    ((x / y) ** 2, r"\left(\frac{x}{y}\right)^{2}"),
    ((x ** 2) ** y, r"\left(x^{2}\right)^{y}"),
    (x ** (y + 1), "x^{y + 1}"),
    (T.exp(-x), "e^{-x}"),
    (T.sqrt(x + 1e-8), r"\sqrt{x + 10^{-8}}"),
    (abs(x), r"\left|x\right|"),
    (T.log(1 + T.exp(x)), r"\log\left(1 + e^{x}\right)"),
    (T.nnet.sigmoid(x), r"\sigma\left(x\right)"),
    (T.tanh(alpha * w_h), r"\tanh\left(\alpha \, w_{\mathrm{hidden}}\right)"),
    (T.dot(W, a), r"W \, a"),
    (T.dot(W.T, a), r"W^{\top} \, a"),
    (T.dot(W, a) + x, r"W \, a + x"),
    (a * a, r"a \odot a"),
    (a * x, r"a \, x"),
    (T.sum(a ** 2), r"\sum a^{2}"),
    (T.sum(W, axis=0), r"\sum_{\text{axis } 0} W"),
    (T.sum(a + x), r"\sum \left(a + x\right)"),
    (W[0, i], "W_{0, i}"),
    (W[1:, i], "W_{1:, i}"),
    (T.switch(x > 0, x, 0), r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}"),
    (T.nnet.softmax(W), r"\mathrm{Softmax}\left(W\right)"),
    (a + np.array([1., 2.]), r"a + \begin{bmatrix} 1 & 2 \end{bmatrix}"),
])
def test_a_formula_says_what_is_computed(variable, text):
    assert latex(variable) == text
    assert variable._repr_latex_() == f"$\\displaystyle {text}$"
    assert variable._repr_svg_() is None


def test_a_long_formula_gives_way_to_a_picture():
    long = x
    for _ in range(21):
        long = T.tanh(long) + y
    assert long._repr_latex_() is None
    if pydot_imported:
        assert "<svg" in long._repr_svg_()


@pytest.mark.skipif(not pydot_imported, reason="Graphviz is not installed")
def test_a_function_shows_its_graph():
    svg = theano.function([x, y], T.tanh(x) * y)._repr_svg_()
    assert "<svg" in svg and "tanh" in svg
