"""Bases and parameters of ops written in C: what a program needs to define, print and compare such ops, and to run their `perform`.

There is no C compiler here: an op with C code alone is refused when a function is made of it, in a sentence that says what to write.
"""
import os
import re
from collections.abc import Mapping

import numpy as np

from theano_compat.config import config
from theano_compat.graph.op import Op
from theano_compat.graph.type import Type
from theano_compat.graph.utils import legacy_name

# names that the fields of a C struct cannot have
c_cpp_keywords = set("""
asm auto break case catch char class const const_cast continue default delete do double dynamic_cast else enum explicit export extern false
float for friend goto if inline int long mutable namespace new operator private protected public register reinterpret_cast return short
signed sizeof static static_cast struct switch template this throw true try typedef typeid typename union unsigned using virtual void
volatile wchar_t while and and_eq bitand bitor compl not not_eq or or_eq xor xor_eq _Packed""".split())


@legacy_name("theano.gof.op")
class COp(Op):
    """An op whose C code is in files: `func_files`, a path or a list of them beside the module of the class, and `func_name`.

    The files are read, and must be divided by `#section NAME`. Raises ValueError where they are not.
    """

    section_re = re.compile(r"^#section ([a-zA-Z0-9_]+)$", re.MULTILINE)
    backward_re = re.compile(r"^THEANO_(APPLY|SUPPORT)_CODE_SECTION$", re.MULTILINE)
    SECTIONS = {"init_code", "init_code_apply", "init_code_struct", "support_code", "support_code_apply", "support_code_struct",
                "cleanup_code_struct", "code", "code_cleanup"}

    @classmethod
    def get_path(cls, f):
        """The path of `f`, relative to the module of the class."""
        if os.path.isabs(f):
            return f
        import inspect
        return os.path.realpath(os.path.join(os.path.dirname(inspect.getfile(cls)), f))

    def __init__(self, func_files, func_name=None):
        self.func_files = [self.get_path(f) for f in ([func_files] if isinstance(func_files, str) else func_files)]
        self.func_name = func_name
        self.load_c_code(func_files)

    def load_c_code(self, func_files):
        """Read the files: `func_codes` are their texts, `code_sections` what stands under each `#section`."""
        self.func_codes, self.code_sections = [], {}
        for path in self.func_files:
            with open(path) as f:
                self.func_codes.append(f.read())
        for path, code in zip(self.func_files, self.func_codes):
            # as releases before 0.8 divided files
            code = self.backward_re.sub(lambda m: "#section " + m.group(1).lower() + "_code" + "_apply" * (m.group(1) == "APPLY"), code)
            parts = self.section_re.split(code)
            if len(parts) == 1:
                raise ValueError("No valid section marker was found in file %s" % path)
            for name, text in zip(parts[1::2], parts[2::2]):
                if name not in self.SECTIONS:
                    raise ValueError("Unknown section type (in file %s): %s" % (path, name))
                self.code_sections[name] = self.code_sections.get(name, "") + text
        if not self.code_sections:
            raise ValueError("No sections where defined in C files")
        if self.func_name is not None and "op_code" in self.code_sections:
            raise ValueError("Cannot have an `op_code` section and specify `func_name`")

    def c_code(self, node, name, inp, out, sub):
        """Legacy name: the code that a C compiler would have got."""
        return self.code_sections.get("code", "")


@legacy_name("theano.gof.op")
class OpenMPOp(Op):
    """An op whose C code may use OpenMP. `openmp` is kept, and of no effect: XLA decides how many threads work."""

    gxx_support_openmp = None

    def __init__(self, openmp=None):
        self.openmp = config.openmp if openmp is None else openmp

    def update_self_openmp(self):
        """Legacy name: it looked whether the compiler knew OpenMP."""


@legacy_name("theano.gof.params_type")
class Params(dict):
    """The parameters of an op: a dict whose items are attributes too, and which cannot be changed."""

    def __init__(self, params_type, **kwargs):
        if not isinstance(params_type, ParamsType):
            raise TypeError("Params: 1st constructor argument should be a ParamsType.")
        for field in params_type.fields:
            if field not in kwargs:
                raise TypeError('Params: ParamsType attribute "%s" not in Params args.' % field)
        dict.__init__(self, **kwargs)
        self.__dict__["__params_type__"] = params_type

    def __repr__(self):
        return "Params(%s)" % ", ".join("%s:%s:%s" % (k, type(self[k]).__name__, self[k]) for k in sorted(self))

    def __getattr__(self, key):
        if key not in self:
            raise AttributeError('Params: attribute "%s" does not exist.' % key)
        return self[key]

    def _immutable(self, *args):
        raise NotImplementedError("Params is immutable")

    __setattr__ = __setitem__ = __delitem__ = _immutable

    def _values(self):
        kind = self.__params_type__
        return kind, [(field, type_, self[field]) for field, type_ in zip(kind.fields, kind.types)]

    def __hash__(self):
        kind, values = self._values()
        return hash((type(self), kind, tuple(np.asarray(v).tobytes() for _, _, v in values)))

    def __eq__(self, other):
        return type(self) is type(other) and self.__params_type__ == other.__params_type__ and all(
            type_.values_eq(v, other[field]) for field, type_, v in self._values()[1])

    def __ne__(self, other):
        return not self == other

    def __reduce__(self):
        return _params, (self.__params_type__, dict(self))


def _params(params_type, values):
    return Params(params_type, **values)


@legacy_name("theano.gof.params_type")
class ParamsType(Type):
    """The type of an op's parameters: `ParamsType(name=type, ...)`. `get_params(op)` takes them from the op's attributes.

    Constants of enumerations among the types are attributes. Raises ValueError, AttributeError, SyntaxError or TypeError for names and
    types that cannot be.
    """

    def __init__(self, **kwargs):
        if not kwargs:
            raise ValueError("Cannot create ParamsType from empty data.")
        for name, type_ in kwargs.items():
            if not re.match(r"^[A-Za-z_][A-Za-z0-9_]*$", name):
                raise AttributeError('ParamsType: attribute "%s" should be a valid identifier.' % name)
            if name in c_cpp_keywords:
                raise SyntaxError('ParamsType: "%s" is a potential C/C++ keyword and should not be used as attribute name.' % name)
            if not isinstance(type_, Type):
                raise TypeError('ParamsType: attribute "%s" should inherit from Theano Type, got "%s".' % (name, type(type_).__name__))
        self.fields = tuple(sorted(kwargs))
        self.types = tuple(kwargs[field] for field in self.fields)
        self.length = len(self.fields)
        self._const_to_enum, self._alias_to_enum = {}, {}
        for enum in [t for t in self.types if isinstance(t, EnumType)]:
            if any(constant in self._const_to_enum for constant in enum):
                raise AttributeError("ParamsType: found different enum types with common constants names.")
            if any(alias in self._alias_to_enum for alias in enum.aliases):
                raise AttributeError("ParamsType: found different enum types with common constants aliases.")
            self._const_to_enum.update(dict.fromkeys(enum, enum))
            self._alias_to_enum.update(dict.fromkeys(enum.aliases, enum))

    def __getattr__(self, key):
        enums = self.__dict__.get("_const_to_enum", {})
        if key not in enums:
            raise AttributeError("%s object has no attribute %r" % (type(self).__name__, key))
        return enums[key][key]

    def __repr__(self):
        return "ParamsType<%s>" % ", ".join("%s:%s" % pair for pair in zip(self.fields, self.types))

    def __eq__(self, other):
        return type(self) is type(other) and self.fields == other.fields and self.types == other.types

    def __hash__(self):
        return hash((type(self), self.fields, self.types))

    def has_type(self, theano_type):
        """Whether some field has that type."""
        return theano_type in self.types

    def get_type(self, field_name):
        """The type of a field."""
        return self.types[self.fields.index(field_name)]

    def get_field(self, theano_type):
        """The first field of that type. ValueError if there is none."""
        return self.fields[self.types.index(theano_type)]

    def get_enum(self, key):
        """The value of a constant of one of the enumerations."""
        return self._const_to_enum[key][key]

    def enum_from_alias(self, alias):
        """The value behind the other name of a constant, or behind its name."""
        return self._alias_to_enum[alias].fromalias(alias) if alias in self._alias_to_enum else self.get_enum(alias)

    def get_params(self, *objects, **kwargs):
        """Params from keywords and attributes of `objects` (the first that has one), as their types make them. KeyError if missing."""
        found = dict(kwargs)
        for field in self.fields:
            for o in objects:
                if field not in found and hasattr(o, field):
                    found[field] = getattr(o, field)
        return Params(self, **{f: t.filter(found[f], strict=False, allow_downcast=True) for f, t in zip(self.fields, self.types)})

    def extended(self, **kwargs):
        """This type with more fields, or others."""
        return type(self)(**{**dict(zip(self.fields, self.types)), **kwargs})

    def filter(self, data, strict=False, allow_downcast=None):
        """`data` (Params or what has its fields as attributes) if all fields fit their types. TypeError or AttributeError if not."""
        if strict and not isinstance(data, Params):
            raise TypeError("%s: strict mode: data should be an instance of Params." % self)
        values = {f: t.filter(getattr(data, f), strict, allow_downcast) for f, t in zip(self.fields, self.types)}
        return data if isinstance(data, Params) else Params(self, **values)

    def values_eq(self, a, b):
        """Whether the fields of both are equal, by their types."""
        return all(t.values_eq(getattr(a, f), getattr(b, f)) for f, t in zip(self.fields, self.types))

    def values_eq_approx(self, a, b):
        """Whether the fields of both are about equal, by their types."""
        return all(t.values_eq_approx(getattr(a, f), getattr(b, f)) for f, t in zip(self.fields, self.types))


@legacy_name("theano.gof.type")
class EnumType(Type, Mapping):
    """Named constants: `EnumType(NAME=value, OTHER=('alias', value), ctype='double', cname=None)`.

    Raises AttributeError for a name that is not in capitals, TypeError for a value that is no number.
    """

    _default_ctype = "double"

    def __init__(self, **kwargs):
        self.ctype, self.cname = kwargs.pop("ctype", self._default_ctype), kwargs.pop("cname", None)
        self._values, self.aliases = {}, {}
        for name, value in kwargs.items():
            if isinstance(value, (list, tuple)) and len(value) == 2:
                self._give_alias(value[0], name)
                value = value[1]
            self._require_name(name)
            if not isinstance(value, (bool, int, float, np.number)):
                raise TypeError('%s: constant "%s": expected integer or floating value, got "%s".'
                                % (type(self).__name__, name, type(value).__name__))
            self._values[name] = int(value) if isinstance(value, bool) else value

    def _require_name(self, name):
        if not re.match("^[A-Z][A-Z0-9_]*$", name):
            raise AttributeError('%s: invalid enum name: "%s". Only capital letters, underscores and digits are allowed.'
                                 % (type(self).__name__, name))

    def _give_alias(self, alias, name):
        if not isinstance(alias, str):
            raise TypeError('%s: constant alias should be a string, got "%s".' % (type(self).__name__, alias))
        if alias in self.aliases:
            raise TypeError('%s: consant alias "%s" already used.' % (type(self).__name__, alias))
        if alias == name:
            raise TypeError("%s: it's useless to create an alias with the same name as its associated constant." % type(self).__name__)
        self.aliases[alias] = name

    def __getitem__(self, name):
        return self._values[name]

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def __getattr__(self, key):
        values = self.__dict__.get("_values", {})
        if key not in values:
            raise AttributeError("%s object has no attribute %r" % (type(self).__name__, key))
        return values[key]

    def __repr__(self):
        of = {name: alias for alias, name in self.aliases.items()}
        names = ", ".join("%s%s:%s" % (n, "(%s)" % of[n] if n in of else "", self[n]) for n in sorted(self))
        return "%s<%s>(%s)" % (type(self).__name__, self.ctype, names)

    def __eq__(self, other):
        return type(self) is type(other) and (self.ctype, self._values, self.aliases) == (other.ctype, other._values, other.aliases)

    def __hash__(self):
        return hash((type(self), self.ctype, tuple(sorted(self._values.items())), tuple(sorted(self.aliases.items()))))

    def fromalias(self, alias):
        """The value of a constant by its other name, or its name. KeyError if nothing has it."""
        return self._values[self.aliases.get(alias, alias)]

    def has_alias(self, alias):
        """Whether a constant has that other name."""
        return alias in self.aliases

    def get_aliases(self):
        """The other names, sorted."""
        return tuple(sorted(self.aliases))

    def filter(self, data, strict=False, allow_downcast=None):
        """The value that `data` is, or names if not `strict`. AssertionError for anything else."""
        if not strict and isinstance(data, bool):
            data = int(data)
        elif not strict and isinstance(data, str):
            data = self.fromalias(data)
        assert data in self._values.values()
        return data

    def values_eq(self, a, b):
        """Whether two values are equal."""
        return a == b

    def values_eq_approx(self, a, b):
        """Whether two values are equal to a float's precision."""
        return bool(np.isclose(a, b, rtol=float(np.finfo("float64").eps), atol=0))


@legacy_name("theano.gof.type")
class EnumList(EnumType):
    """Constants 0, 1, 2, ... by name: `EnumList('A', ('B', 'alias'), ctype='int', cname=None)`. Raises TypeError for no name."""

    _default_ctype = "int"

    def __init__(self, *args, **kwargs):
        for key in kwargs:
            if key not in ("ctype", "cname"):
                self._require_name(key)
                raise TypeError('%s: expected 0 or only 2 extra arguments ("ctype", "cname"), got "%s".' % (type(self).__name__, key))
        EnumType.__init__(self, **kwargs)
        for value, entry in enumerate(args):
            name, alias = entry if isinstance(entry, (list, tuple)) and len(entry) == 2 else (entry, None)
            if not isinstance(name, str):
                raise TypeError('%s: constant name should be a string, got "%s".' % (type(self).__name__, name))
            if name in self._values:
                raise TypeError('%s: constant name already used ("%s").' % (type(self).__name__, name))
            self._require_name(name)
            if alias is not None:
                self._give_alias(alias, name)
            self._values[name] = value


@legacy_name("theano.gof.type")
class CEnumType(EnumList):
    """Constants that C headers define. Without a compiler their values are not known: here they are 0, 1, 2, ..., as in Theano's Python."""
