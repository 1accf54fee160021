"""Record corners that random programs found: `python tests/golden/record_corners.py > tests/golden/corners.json` under real Theano 1.0.5.

How programs are written is in record_families, as are most variables. The C backend is the reference: run it with a compiler.
"""
import record_families as families

families.PROLOGUE += """
E, F = T.TensorType('uint16', (False,))('E'), T.dscalar('F')
"""
families.VALUES += """
E, F = np.array([7, 1, 3, 0, 3], 'uint16'), np.array(-1.5)
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
}

if __name__ == "__main__":
    families.main("corners")
