"""What is assigned on the host keeps all its bits, a lone number included."""
import numpy as np
import pytest

import theano.tensor as T
from theano_compat.compile.evaluate import evaluate
from theano_compat.graph import FunctionGraph

THIRD = 1 / 3


@pytest.mark.parametrize("how", [T.inc_subtensor, T.set_subtensor])
@pytest.mark.parametrize("where", ["entry", "row", "rows", "entries"])
def test_no_bit_is_lost(how, where):
    x, y, i = T.dmatrix("x"), T.dscalar("y"), T.lvector("i")
    part = {"entry": x[0, 0], "row": x[0], "rows": x[i], "entries": x[i, i]}[where]
    found = evaluate(FunctionGraph([x, y, i], [how(part, y)]), [np.zeros((2, 2)), np.asarray(THIRD), np.array([0])])[0]
    assert found.dtype == "float64" and found[0, 0] == THIRD
