"""Moving a variable to a device by name. Here there is one place, 'cpu'; programs may register others."""
from theano_compat.tensor.constant import as_tensor_variable


def transfer(var, target):
    """`var` at `target`: 'cpu', or what a registered function knows. Raises ValueError for any other."""
    if target == "cpu":
        return as_tensor_variable(var)
    for other in transfer._others:
        moved = other(var, target)
        if moved is not None:
            return moved
    raise ValueError("Can't transfer to target %s" % (target,))


transfer._others = []


def register_transfer(fn):
    """Ask `fn(var, target)` as well; it answers None for targets it does not know."""
    transfer._others.append(fn)
