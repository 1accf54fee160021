"""Shared variables: mutable facades over a value that functions read and replace.

The value lives in a Container: NumPy until the first call that needs it on the device, a JAX array afterwards, or any
Python object. What reaches the user is always a copy, so nobody can change or outlive the functional state.
"""
import copy
import threading
import weakref

import numpy as np

from theano_compat.graph import utils
from theano_compat.graph.staging import in_place
from theano_compat.graph.type import Type, generic
from theano_compat.graph.utils import legacy_name
from theano_compat.graph.variable import Variable
from theano_compat.tensor.random.type import random_state_type
from theano_compat.tensor.type import TensorType
from theano_compat.tensor.variable import _tensor_py_operators


@legacy_name("theano.gof.link")
class Container:
    """A variable joined with its value. Setting `value` filters it by the variable's type.

    `storage`: a one-element list holding the value. Raises whatever the type's filter raises, with the container's name.
    `replaceable`: whether some function updates the value, so that others must lock it while they read.
    """

    replaceable = False
    _readers = _shown = None

    def __init__(self, r, storage, readonly=False, strict=False, allow_downcast=None, name=None):
        if not isinstance(storage, list) or len(storage) < 1:
            raise TypeError("storage must be a list of length at least one")
        self.type = r if isinstance(r, Type) else r.type
        self.name = getattr(r, "name", None) if name is None else name
        self.storage = storage
        self.readonly = readonly
        self.strict = strict
        self.allow_downcast = allow_downcast
        self.lock = threading.RLock()

    def __get__(self):
        # what a program writes into the array that it gets counts, as in Theano, up to the next call that replaces the value
        with self.lock:
            value = self.storage[0] = as_host(self.storage[0])
            if isinstance(value, np.ndarray):
                self._shown = weakref.ref(value)
        return value

    def is_shown(self, value):
        """Whether `value` is an array that a program got from here, and may write into: it is read anew in each call."""
        return self._shown is not None and self._shown() is value

    def __set__(self, value):
        if self.readonly:
            raise Exception("Cannot set readonly storage: %s" % self.name)
        if value is None:
            self.storage[0] = None
            return
        kwargs = {"strict": True} if self.strict else {}
        if self.allow_downcast is not None:
            kwargs["allow_downcast"] = self.allow_downcast
        try:
            filtered = self.type.filter(value, **kwargs)
        except Exception as e:
            e.args = e.args + (('Container name "%s"' % self.name),)
            raise
        with self.lock:
            self.storage[0] = in_place(filtered) if isinstance(filtered, np.ndarray) else filtered

    def tell_when_replaceable(self, function):
        """Have `function` laid out anew once there is a function that updates this value."""
        if self._readers is None:
            self._readers = weakref.WeakSet()
        self._readers.add(function)

    def becomes_replaceable(self):
        """There is a function that updates this value."""
        self.replaceable, readers, self._readers = True, self._readers, None
        for function in readers or ():
            function._lay_out()

    data = property(__get__, __set__, doc="the value")
    value = property(__get__, __set__, doc="the value")

    def __str__(self):
        return "<" + str(self.value) + ">"

    def __repr__(self):
        return "<" + repr(self.value) + ">"

    def __getstate__(self):
        state = dict(self.__dict__)
        del state["lock"]
        state.pop("_readers", None)
        state.pop("_shown", None)
        # device arrays pickle as NumPy; the list is made anew but stays the one that others in this pickle refer to
        self.storage[0] = as_host(self.storage[0])
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.lock = threading.RLock()


def as_host(value):
    """A device array as a fresh NumPy array; anything else unchanged."""
    return np.array(value) if hasattr(value, "block_until_ready") else value


@legacy_name("theano.compile.sharedvalue")
class SharedVariable(Variable):
    """A variable whose value outlives calls and is shared by all functions that use it.

    `default_update`, when set, is applied by every function that uses the variable, unless told otherwise.
    """

    name = None
    container = None

    def __init__(self, name, type, value, strict, allow_downcast=None, container=None):
        Variable.__init__(self, type=type, name=name, owner=None, index=None)
        if container is not None:
            if value is not None or strict is not None:
                raise TypeError("value and strict are ignored if you pass a container here")
            self.container = container
            return
        if isinstance(value, Variable):
            raise TypeError("Shared variable constructor needs numeric values and not symbolic variables.")
        stored = None if value is None else type.filter(value, strict=strict, allow_downcast=allow_downcast)
        self.container = Container(self, storage=[stored], readonly=False, strict=strict, allow_downcast=allow_downcast)

    def get_value(self, borrow=False, return_internal_type=False):
        """The value: arrays as a writable copy; other objects themselves when `borrow`, else a deep copy.

        `return_internal_type` has no effect here: the internal array cannot be written to.
        """
        with self.container.lock:
            value = self.container.storage[0]
            if isinstance(value, np.ndarray) or hasattr(value, "block_until_ready"):
                return np.array(value)
            return value if borrow else copy.deepcopy(value)

    def set_value(self, new_value, borrow=False):
        """Replace the value, filtered by the type; the shape may change. `borrow` spares the copy of an object."""
        is_array = isinstance(new_value, (np.ndarray, np.generic, int, float, complex, list, tuple))
        self.container.value = new_value if borrow or is_array else copy.deepcopy(new_value)

    def zero(self, borrow=False):
        """Set every number of the value to zero. Raises TypeError when the value has no numbers."""
        value = self.get_value(borrow=True)
        value[...] = 0
        self.container.value = value

    def clone(self):
        """Another variable over the same container."""
        other = self.__class__(name=self.name, type=self.type, value=None, strict=None, container=self.container)
        other.tag = copy.copy(self.tag)
        return other

    def __getitem__(self, *args):
        raise TypeError("The generic 'SharedVariable' object is not subscriptable. This shared variable contains an object of "
                        "type: %s. Did you forget to cast it into a Numpy array before calling theano.shared()?"
                        % type(self.container.storage[0]))

    def filter_update(self, update):
        """`update` as a variable of this type, or an error."""
        return self.type.filter_variable(update)

    def _no_value(self, *_):
        raise Exception("sharedvar.value does not exist anymore. Use sharedvar.get_value() or sharedvar.set_value() instead.")

    value = property(_no_value, _no_value, doc="removed from Theano before 1.0")


@legacy_name("theano.tensor.sharedvar")
class TensorSharedVariable(_tensor_py_operators, SharedVariable):
    """A shared tensor."""


@legacy_name("theano.tensor.sharedvar")
class ScalarSharedVariable(_tensor_py_operators, SharedVariable):
    """A shared 0-dimensional tensor made from a number."""


def shared(value, name=None, strict=False, allow_downcast=None, **kwargs):
    """A shared variable initialised with a copy of `value`.

    Arrays give tensors (no dimension broadcastable unless `broadcastable=` says so), numbers 0-dimensional tensors,
    other objects generic variables. Raises TypeError when no constructor takes `value` and `kwargs`.
    """
    if isinstance(value, Variable):
        raise TypeError("Shared variable constructor needs numeric values and not symbolic variables.")
    try:
        for constructor in reversed(shared.constructors):
            try:
                return utils.add_tag_trace(
                    constructor(value, name=name, strict=strict, allow_downcast=allow_downcast, **kwargs))
            except TypeError:
                continue
    except MemoryError as e:
        e.args = e.args + ("Consider using `theano.shared(..., borrow=True)`",)
        raise
    raise TypeError('No suitable SharedVariable constructor could be found. Are you sure all kwargs are supported? '
                    'We do not support the parameter dtype or type. value="%s". parameters="%s"' % (value, kwargs))


shared.constructors = []


def shared_constructor(ctor, remove=False):
    """Register (or with `remove` unregister) a constructor that `shared` tries, the newest first."""
    if remove:
        shared.constructors.remove(ctor)
    else:
        shared.constructors.append(ctor)
    return ctor


@shared_constructor
def generic_constructor(value, name=None, strict=False, allow_downcast=None):
    """A shared variable for any Python object."""
    return SharedVariable(type=generic, value=value, name=name, strict=strict, allow_downcast=allow_downcast)


@shared_constructor
def tensor_constructor(value, name=None, strict=False, allow_downcast=None, borrow=False, broadcastable=None, target="cpu"):
    """A shared tensor from an ndarray. `borrow` has no effect here: the value is copied to where XLA computes."""
    if target != "cpu":
        raise TypeError("not for cpu")
    if not isinstance(value, np.ndarray):
        raise TypeError()
    if broadcastable is None:
        broadcastable = (False,) * value.ndim
    return TensorSharedVariable(type=TensorType(value.dtype, broadcastable=broadcastable), value=np.array(value), name=name,
                                strict=strict, allow_downcast=allow_downcast)


@shared_constructor
def scalar_constructor(value, name=None, strict=False, allow_downcast=None, borrow=False, target="cpu"):
    """A shared 0-dimensional tensor from a number."""
    if target != "cpu":
        raise TypeError("not for cpu")
    if not isinstance(value, (np.number, np.bool_, float, int, complex)):
        raise TypeError()
    array = np.array(value)
    return ScalarSharedVariable(type=TensorType(str(array.dtype), []), value=array, name=name, strict=strict,
                                allow_downcast=allow_downcast)


@legacy_name("theano.tensor.shared_randomstreams")
class RandomStateSharedVariable(SharedVariable):
    """A shared numpy.random.RandomState."""


@shared_constructor
def randomstate_constructor(value, name=None, strict=False, allow_downcast=None, borrow=False):
    """A shared variable for a numpy.random.RandomState; `borrow`: that very one."""
    if not isinstance(value, np.random.RandomState):
        raise TypeError
    return RandomStateSharedVariable(type=random_state_type, value=value if borrow else copy.deepcopy(value), name=name,
                                     strict=strict, allow_downcast=allow_downcast)


def load_shared_variable(val):
    """A shared variable of `val`: what some pickles of 2011 ask for by this name."""
    return tensor_constructor(val)
