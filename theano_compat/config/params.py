"""How flags are declared, read and changed: the tree of values, and the kinds of parameters that filter them.

Not here: the flags themselves, which are rows in `flags.py`, and where their values come from (`sources.py`).

A value is looked for in this order: assignment, the environment variable `THEANO_FLAGS`, the files of `THEANORC`
(default `~/.theanorc`; of several files the last one wins), the flag's default.

Values lie in the instance dictionary of `config` and of its sections, so that reading `config.floatX`, which happens
thousands of times while a graph is built, is a plain attribute read. Assignment goes through `_Node.__setattr__`, which
filters. The `ConfigParam` objects are found on the class of a node (`type(config).floatX`), as in Theano.
"""
import hashlib
from functools import wraps
from io import StringIO

from theano_compat.config.sources import fetch_val_for_key

_LEGACY_MODULE = "theano.configparser"


# ---- the tree of values ---------------------------------------------------------------------------------------------

class _Params(type):
    """Finds a node's `ConfigParam` objects on its class; as class attributes they would slow down every read."""

    def __getattr__(cls, name):
        params = cls.__dict__.get("_params", {})
        if name in params:
            return params[name]
        raise AttributeError(f"type object '{cls.__name__}' has no attribute '{name}'")


class _Node(metaclass=_Params):
    """What `config` and its sections share: assignment to a declared flag filters the value and stores the result."""

    _i_am_a_config_class = True

    def __setattr__(self, name, value):
        param = type(self)._params.get(name)
        if param is not None:
            param.__set__(self, value)
        else:
            object.__setattr__(self, name, value)

    def __delattr__(self, name):
        if name in type(self)._params:
            raise AttributeError(name)
        object.__delattr__(self, name)

    def __deepcopy__(self, memo):
        return self

    __copy__ = lambda self: self  # noqa: E731  (one tree, however it is reached)


class _Lazy:
    """A computed default, evaluated at the first read; the result then hides this class attribute."""

    def __init__(self, param):
        self.param = param

    def __get__(self, node, owner):
        return self.param if node is None else self.param.__get__(node, owner)


class _OtherSpelling:
    """`config.gcc__cxxflags` for `config.gcc.cxxflags`."""

    def __init__(self, param):
        self.param = param

    def __get__(self, node, owner):
        return self.param if node is None else self.param.__get__(node, owner)

    def __set__(self, node, value):
        self.param.__set__(node, value)


def _section(fullname):
    """The section node of that name (pickles of `config.gcc` load through this)."""
    node = config
    for part in filter(None, fullname.split(".")):
        node = getattr(node, part)
    return node


def _new_section(fullname):
    body = {"_params": {}, "__reduce__": lambda self: (_section, (fullname,))}
    return _Params("SubObj", (_Node,), body)()


class TheanoConfigParser(_Node):
    """The type of `theano.config`; its only instance is `config`, which `print` lists with all flags."""

    __module__ = _LEGACY_MODULE
    _params = {}
    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __reduce__(self):
        return (TheanoConfigParser, ())

    def __str__(self, print_doc=True):
        text = StringIO()
        _config_print(type(self), text, print_doc=print_doc)
        return text.getvalue()

    @staticmethod
    def change_flags(args=(), **kwargs):
        """`theano.configparser.change_flags`, reachable from `theano.config` as Theano's successors have it."""
        return change_flags(args, **kwargs)


config = TheanoConfigParser()
_config_var_list = []
_by_fullname = {}


def AddConfigVar(name, doc, configparam, root=config, in_c_key=True):
    """Declare the flag `name` (`"section.option"` or `"option"`), described by a `ConfigParam`.

    A value set by the user is checked at once. A default that is a function is evaluated at the first read.
    """
    *sections, option = name.split(".")
    if root is config:
        configparam.fullname = name
    node = root
    for index, part in enumerate(sections):
        if not hasattr(node, part):
            # each node has a class of its own, where Theano's sections are found as well
            setattr(type(node), part, _new_section(".".join(sections[:index + 1])))
        node = getattr(node, part)
        if isinstance(node, type) or not getattr(node, "_i_am_a_config_class", False):
            raise TypeError("Internal config nodes must be config class instances", node)
    cls = type(node)
    if option in cls._params or option in node.__dict__ or hasattr(cls, option):
        raise AttributeError("This name is already taken", configparam.fullname)
    configparam.doc = doc
    configparam.in_c_key = in_c_key
    configparam._declare(node, option)
    cls._params[option] = configparam
    if sections and root is config:
        setattr(TheanoConfigParser, name.replace(".", "__"), _OtherSpelling(configparam))
    _config_var_list.append(configparam)
    _by_fullname[configparam.fullname] = configparam


# ---- kinds of flags -------------------------------------------------------------------------------------------------

class ConfigParam:
    """One flag: its default (a value or a function of no arguments) and a `filter` from what is given to what is kept.

    With `allow_override=False` the first value stays for the life of the process.
    """

    __module__ = _LEGACY_MODULE

    def __init__(self, default, filter=None, allow_override=True):
        self.default = default
        self.filter = filter
        self.allow_override = allow_override
        self.is_default = True
        self._place = None

    def _declare(self, node, option):
        self._place = (node, option)
        if callable(self.default):
            try:
                fetch_val_for_key(self.fullname)
            except KeyError:  # nobody set it: leave the default for the first read
                setattr(type(node), option, _Lazy(self))
                return
        self._initialize(delete_key=True)

    def _initialize(self, delete_key=False):
        try:
            value = fetch_val_for_key(self.fullname, delete_key=delete_key)
            self.is_default = False
        except KeyError:
            value = self.default() if callable(self.default) else self.default
        self._store(value)

    def _store(self, value):
        self.val = self.filter(value) if self.filter else value
        if self._place:
            node, option = self._place
            node.__dict__[option] = self.val

    def __get__(self, cls, type_, delete_key=False):
        """The value; `cls` is anything but None, as in Theano's `param.__get__(True, None)`."""
        if cls is None:
            return self
        if not hasattr(self, "val"):
            self._initialize(delete_key)
        return self.val

    def __set__(self, cls, val):
        if not self.allow_override and hasattr(self, "val"):
            raise Exception("Can't change the value of this config parameter after initialization!")
        self._store(val)


class EnumStr(ConfigParam):
    """One of several strings, the default first; `convert` is applied to a value before it is looked up."""

    __module__ = _LEGACY_MODULE

    def __init__(self, default, *options, convert=None, allow_override=True):
        self.all = (default, *options)
        for option in self.all:
            if not isinstance(option, str):
                raise ValueError("Valid values for an EnumStr parameter should be strings", option, type(option))

        def filter(val):
            val = convert(val) if convert else val
            if val in self.all:
                return val
            raise ValueError(f'Invalid value ("{val}") for configuration variable "{self.fullname}". '
                             f'Valid options are {self.all}')
        super().__init__(default, filter, allow_override)

    def __str__(self):
        return f"{self.fullname} ({self.all}) "


class TypedParam(ConfigParam):
    """A value made by `mytype(value)` that `is_valid` accepts."""

    __module__ = _LEGACY_MODULE

    def __init__(self, default, mytype, is_valid=None, allow_override=True):
        self.mytype = mytype

        def filter(val):
            kept = mytype(val)
            if callable(is_valid) and not is_valid(kept):
                raise ValueError(f'Invalid value ({val}) for configuration variable "{self.fullname}".', val)
            return kept
        super().__init__(default, filter, allow_override)

    def __str__(self):
        return f"{self.fullname} ({self.mytype}) "


def StrParam(default, is_valid=None, allow_override=True):
    return TypedParam(default, str, is_valid, allow_override=allow_override)


def IntParam(default, is_valid=None, allow_override=True):
    return TypedParam(default, int, is_valid, allow_override=allow_override)


def FloatParam(default, is_valid=None, allow_override=True):
    return TypedParam(default, float, is_valid, allow_override=allow_override)


def BoolParam(default, is_valid=None, allow_override=True):
    """True or False; also 'True', 'true', '1', 1 and 'False', 'false', '0', 0."""
    def booltype(s):
        if s in ("False", "false", "0", False):
            return False
        return True if s in ("True", "true", "1", True) else None  # None is what the default `is_valid` refuses

    def is_bool(s):
        return s is not None
    return TypedParam(default, booltype, is_valid or is_bool, allow_override=allow_override)


# ---- using all of them ----------------------------------------------------------------------------------------------

class change_flags:
    """Change flags for the length of a `with` block or of each call of a decorated function.

    Takes full names in a dictionary or pairs, keywords, or both: `change_flags({"scan.debug": True}, floatX="float32")`.
    """

    __module__ = _LEGACY_MODULE

    def __init__(self, args=(), **kwargs):
        self.new_vals = dict(args, **kwargs)
        self.confs = {}
        for name in self.new_vals:
            param = _by_fullname.get(name) or _by_fullname.get(name.replace("__", "."))
            assert param is not None, []  # Theano's, too, says no more than the list of flags it found
            self.confs[name] = param

    def __call__(self, f):
        @wraps(f)
        def res(*args, **kwargs):
            with self:
                return f(*args, **kwargs)
        return res

    def __enter__(self):
        self.old_vals = {name: param.__get__(True, None) for name, param in self.confs.items()}
        try:
            for name, param in self.confs.items():
                param.__set__(None, self.new_vals[name])
        except Exception:
            self.__exit__()
            raise

    def __exit__(self, *args):
        for name, param in self.confs.items():
            param.__set__(None, self.old_vals[name])


def _config_print(thing, buf, print_doc=True):
    for param in _config_var_list:
        print(param, file=buf)
        if print_doc:
            print("    Doc: ", param.doc, file=buf)
        print("    Value: ", param.__get__(True, None), file=buf)
        print("", file=buf)


def get_config_hash():
    """A digest of the flags that were part of the key of Theano's compiled C code (`in_c_key`)."""
    rows = sorted((p.fullname, p.__get__(True, None)) for p in _config_var_list if p.in_c_key)
    return hashlib.sha256("\n".join(f"{name} = {value}" for name, value in rows).encode()).hexdigest()
