"""Record corners that random programs found: `python tests/golden/record_corners.py > tests/golden/corners.json` under real Theano 1.0.5.

How programs are written is in record_families, as are most variables. The C backend is the reference: run it with a compiler.
"""
import record_families as families

families.PROLOGUE += """
E, F, W = T.TensorType('uint16', (False,))('E'), T.dscalar('F'), T.TensorType('uint8', ())('W')
"""
families.VALUES += """
E, F, W = np.array([7, 1, 3, 0, 3], 'uint16'), np.array(-1.5), np.array(2, 'uint8')
"""
families.FAMILIES = {
    "assignment casts": """
T.inc_subtensor(E[[2, -1, 3]], F)|T.inc_subtensor(E[[2, -1, 3]], F) @ F=70000.7|T.inc_subtensor(E[np.array([[0, 1], [2, 3]])], F)
T.set_subtensor(E[[2, -1, 3]], F)|T.set_subtensor(E[[2, -1, 3]], F) @ F=70000.7|T.set_subtensor(E[1:3], F)
T.set_subtensor(E[2], F)|T.set_subtensor(E[2], F) @ F=70000.7|T.set_subtensor(E[::2], F)|T.set_subtensor(E[T.gt(E, 1)], F)
T.set_subtensor(J[0], F) @ F=-129.5|T.set_subtensor(iv[1:], F) @ F=1e10|T.set_subtensor(lv[1:], F) @ F=np.nan
T.inc_subtensor(E[2], F)|T.inc_subtensor(E[1:], F)
T.inc_subtensor(U[0], i)|T.inc_subtensor(U[0], i) @ i=300|T.inc_subtensor(U[i - 1, :1], i)|T.inc_subtensor(U[0, 0], i)
T.inc_subtensor(U[0], 3)|T.inc_subtensor(E[:2], 1)|T.inc_subtensor(U[:, 1], iv[:2])|T.inc_subtensor(U[0], lv[0])
""",
    "slices with unsigned bounds": """
T.inc_subtensor(v[W::-1], s)|T.inc_subtensor(lv[W::-1], i)|T.set_subtensor(v[W::-1], s)|T.inc_subtensor(x[W::-1], v)|T.set_subtensor(x[:W, None], v)
T.set_subtensor(x[None, :W, None], v) @ W=1|T.inc_subtensor(x[None, :, :W], v[:1])|v[W::-1]
""",
    "zero divided": """
T.zeros_like(x) / x @ x=np.zeros((2, 3))|0 / x @ x=np.zeros((2, 3))|0 // x @ x=np.zeros((2, 3))|0 / iv|T.zeros_like(v) / x @ x=np.zeros((2, 3))
T.round(T.sqrt(v)) @ v=np.array([0., 4, 9])|T.floor(T.log(v)) @ v=np.array([0., 4, 9])|T.sgn(T.log(v)) @ v=np.array([0., 4, 9])
T.grad(T.ceil(T.sqrt(v)).sum(), v) @ v=np.array([0., -1, 4])
""",
    "truncated loops": """
theano.scan(lambda a, b, c: (b + 2 * c) * a, sequences=v, outputs_info=dict(initial=w, taps=[-3, -1]), truncate_gradient=1)[0]
theano.scan(lambda a, b, c: (b + 2 * c) * a, sequences=v, outputs_info=dict(initial=w, taps=[-3, -1]), truncate_gradient=2)[0]
theano.scan(lambda b, c: b * 2 + c * c, outputs_info=dict(initial=w[:2], taps=[-2, -1]), n_steps=3, truncate_gradient=2)[0]
T.Rop(theano.scan(lambda a, b: a * b, sequences=v, outputs_info=s, truncate_gradient=1)[0], s, s)
T.Rop(theano.scan(lambda a, b: a * T.sin(b), sequences=v, outputs_info=s, truncate_gradient=2)[0], [s, v], [s, v + 1])
""",
    "types": """
T.roll(T.addbroadcast(x, 0, 1), i, axis=-1) @ x=np.ones((1, 1))|T.roll(r, i, axis=1)|T.roll(r, i)|T.roll(r, i, axis=0)
T.choose(iv, [v, 1])
""",
    "products of matrices that were more": """
T.dot(x, (T.exp(x).dimshuffle(0, 1, "x") * s).dimshuffle(1, 0))|T.dot((T.exp(x).dimshuffle(0, "x", 1) * s).dimshuffle(2, 0), x)
T.dot(x, T.cast(T.arange(x.size).reshape((x.shape[0], x.shape[1], 1)), "float64").dimshuffle(1, 0))
""",
    "complex powers": """
v ** (1 + 0.5j)|v ** (2 + 0j)|(v + 2j) ** (-0.5 + 0j)|T.exp(v * 1j) ** (-1 + 0j)|(v + 2j) ** (1 + 1j)
""",
    "special functions": """
T.arctanh(T.tanh(v)) @ v=np.array([2., 800, -800])|T.tanh(T.arctanh(v)) @ v=np.array([.5, 2, -3])
T.arcsinh(T.sinh(v)) @ v=np.array([2., 800, -800])|T.sinh(T.arcsinh(v)) @ v=np.array([.5, 1e300, -3])
T.chi2sf(v, abs(w) + 1) @ v=np.array([1.5, 0, 3])|T.gamma(v) @ v=np.array([0., -1, -0.5])|T.psi(v) @ v=np.array([0.5, 1, 3])
""",
}

if __name__ == "__main__":
    families.main("corners")
