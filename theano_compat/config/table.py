"""The table of flags for readers: `python -m theano_compat.config.table` prints the page migration_guide/flags.md."""
from theano_compat.config import flags, kinds, params

_PAGE = """# Flags

All flags of Theano 1.0.5 and, at the end, those of 0.5-0.9 that programs still set. A flag without an effect is accepted with the values
that Theano accepted, and changes nothing: it steered C code, CUDA libraries, warnings about old bugs, or a part of Theano that is not here.
How flags are set is in [Running](running.md). This page is printed by `python -m theano_compat.config.table`.

| flag | values | default | effect here | meaning |
| --- | --- | --- | --- | --- |
"""


def _values(param):
    if isinstance(param, params.EnumStr):
        return ", ".join(dict.fromkeys(param.all))
    if isinstance(param, params.TypedParam):
        return {"booltype": "True, False"}.get(param.mytype.__name__, param.mytype.__name__)
    return {"device": "cpu, cuda*, gpu*, opencl*", "init_gpu_device": "cuda*, gpu*, opencl*",
            "mode": ", ".join(kinds.MODE_NAMES), "vm.lazy": "None, True, False"}.get(param.fullname, "text")


def _default(param):
    if callable(param.default) or param.fullname in ("base_compiledir", "cxx"):
        return "depends on the machine"
    return f"`{param.default!r}`"


def page():
    """The page as Markdown."""
    rows = []
    for param in params._config_var_list:
        if param.fullname in flags.ACTING:
            effect = "yes" if flags.ACTING[param.fullname] else "no"
            cells = (f"`{param.fullname}`", _values(param), _default(param), effect, param.doc)
            rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return _PAGE + "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(page(), end="")
