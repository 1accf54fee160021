"""`python -m theano_compat run`: a script as `__main__`, with `theano` ours and Python 2 sources translated on the way in.

The translation is py2.py; the command line is __main__.py.
"""

import builtins
import importlib.machinery
import os
import sys
import traceback as traceback_module
import types

from theano_compat.legacy import notebook, old_names, old_numbers, py2, py2builtins, py2files, py2modules


class _SourceLoader(importlib.machinery.SourceFileLoader):
    """Loads a module beside the script, in Python 3 or 2."""

    def source_to_code(self, data, path, *, _optimize=-1):
        folder = os.path.dirname(path)
        if self.is_package(self.name) or "." in self.name:
            return py2.compile_source(data, path, folder)
        return py2.compile_source(data, path, folder=folder, python_2=_BesideScript.python_2)

    def exec_module(self, module):
        code = self.get_code(module.__name__)
        exec(code, py2.with_builtins(code, vars(module)))

    def _cache_bytecode(self, source_path, cache_path, data):
        """Write nothing: a translated module must not be found by a Python that was not asked to translate."""


class _BesideScript:
    """Meta-path entry for the modules in the script's folder: old programs import their parts from there.

    Those are Python 2 like the script (`python_2`), unless they are packages, which may have been copied there.
    """

    python_2 = False

    def __init__(self, folder):
        self.folder = folder

    def find_spec(self, fullname, path=None, target=None):
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return None
        if not os.path.abspath(spec.origin).startswith(self.folder + os.sep):
            return None
        spec.loader = _SourceLoader(spec.loader.name, spec.loader.path)
        return spec


_OURS = (__file__, *(module.__file__ for module in (notebook, py2, py2builtins, py2files, py2modules, old_numbers)))


def _report(error):
    """Show an exception as Python does for a script: with the frames of the script and what it called, none of ours."""
    frames = []
    traceback = error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file not in _OURS and not file.startswith("<frozen importlib"):
            frames.append(traceback)
        traceback = traceback.tb_next
    for frame, following in zip(frames, [*frames[1:], None], strict=False):
        frame.tb_next = following
    error.__traceback__ = frames[0] if frames else None
    if sys.excepthook is sys.__excepthook__:  # which knows only lines of files, and none of cells
        traceback_module.print_exception(error)
    else:
        sys.excepthook(type(error), error, error.__traceback__)
    sys.exit(1)


def run_script(path, arguments=()):
    """Run the file as `python PATH ARGUMENTS` would; of a notebook, its cells."""
    with open(path, "rb") as file:
        data = file.read()
    folder = os.path.dirname(os.path.abspath(path))
    sys.argv[:] = [path, *arguments]
    sys.path[0] = folder
    # Just before the path's own finder, which would raise the SyntaxError of a Python 2 module; after Theano's names.
    sys.meta_path.insert(sys.meta_path.index(importlib.machinery.PathFinder), _BesideScript(folder))
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__builtins__ = builtins
    sys.modules["__main__"] = main
    old_names.give_back()
    try:
        if path.endswith(".ipynb"):
            notebook.run_cells(data, path, vars(main))
        else:
            code = py2.compile_source(data, path, folder=folder)
            _BesideScript.python_2 = py2.is_translated(code)
            exec(code, py2.with_builtins(code, vars(main)))
    except py2.ReaderMissing:
        raise
    except Exception as error:
        _report(error)
