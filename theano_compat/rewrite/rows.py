"""Steps that change a few rows of a table, written by users as steps on the whole table."""
from theano_compat import scalar
from theano_compat.rewrite.algebra import factors, quotient
from theano_compat.rewrite.engine import rule
from theano_compat.rewrite.match import is_number, made_by
from theano_compat.tensor.advincindex import AdvancedIncSubtensor, AdvancedIncSubtensor1, advanced_inc_subtensor1
from theano_compat.tensor.advindex import AdvancedSubtensor1
from theano_compat.tensor.assertion import Assert
from theano_compat.tensor.casting import cast
from theano_compat.tensor.incindex import IncSubtensor
from theano_compat.tensor.names_elemwise import add, and_, eq, ge, lt, mul, sub
from theano_compat.tensor.reduce import all as all_

_DEEPEST = 20  # sums within sums
_unread = Assert("Bad indexing or shapes in a AdvancedIncSubtensor1 that was optimized away")


@rule([sub, add], ("fast_run", "specialize"), "the gradient of a lookup is zero but for a few rows: a step costs those rows, not the table")
def local_step_on_rows(fgraph, node):
    """table - rate * inc(zeros like the table, g, rows) -> inc(table, -rate * g, rows); also for sums, and of several such terms."""
    out = node.outputs[0]
    if len(node.inputs) != 2 or not out.type.dtype.startswith("float") or out.type.ndim == 0:
        return None
    pairs = [(node.inputs, -1.0)] if type(node.op.scalar_op) is scalar.Sub else [(node.inputs, 1.0), (node.inputs[::-1], 1.0)]
    for (table, step), sign in pairs:
        if table.type == out.type and step.type.dtype == out.type.dtype:
            new = _stepped(table, step, [], [], sign)
            if new is not None and new.type == out.type:
                return [new]
    return None


def _stepped(table, step, num, den, value, depth=0):
    """`table + value * num / den * step`, where the step is a sum into parts of zeros, or several; None where it is not."""
    if len(step.clients) > 1 or depth > _DEEPEST:
        return None
    terms = made_by(step, scalar.Add)
    if terms is not None:
        # what is no sum first: in nearly every graph that settles it
        for term in sorted(terms, key=lambda term: made_by(term, scalar.Add) is not None):
            table = table if table is None else _stepped(table, term, num, den, value, depth + 1)
        return table
    found, below, factor = factors(step)
    rows = [x for x in found if not _is_single(x)]
    if len(rows) != 1 or not all(_is_single(x) for x in below) or rows[0].type.dtype != step.type.dtype:
        return None
    num, den, value = [*num, *(x for x in found if x is not rows[0])], [*den, *below], value * factor
    if rows[0] is not step:
        return _stepped(table, rows[0], num, den, value, depth + 1)
    return _added(table, step.owner, num, den, value)


@rule([AdvancedSubtensor1], ("fast_run", "canonicalize", "stabilize"), "Theano's numbers where a row is named twice", first=True)
def local_adv_sub1_adv_inc_sub1(fgraph, node):
    """set(table, y, rows)[rows] -> y.

    Also where a row is named twice and keeps only the last that is put there: so Theano has it, but for FAST_COMPILE.
    """
    (put, rows), out = node.inputs, node.outputs[0]
    if put.owner is None or not isinstance(put.owner.op, AdvancedIncSubtensor1) or not put.owner.op.set_instead_of_inc:
        return None
    table, y, where = put.owner.inputs
    if where is not rows or y.type.broadcastable != out.type.broadcastable:
        return None
    fits = all_(and_(lt(rows, table.shape[0]), ge(rows, -table.shape[0])))
    return [cast(_unread(y, fits, eq(rows.shape[0], y.shape[0])), out.type.dtype)]


@rule([AdvancedIncSubtensor1], ("fast_run", "canonicalize"), "Theano's numbers where a row is named twice", first=True)
def local_set_to_inc_subtensor(fgraph, node):
    """set(table, table[rows] + step, rows) -> inc(table, step, rows).

    It changes what a row gets that is named twice: the sum of its steps, where a put keeps the last. Programs count on it (accumulators of
    the gradients of sampled items), and FAST_COMPILE differs, in Theano too. Sums are taken as they were written: (a + b) + table[rows]
    has two terms.
    """
    table, new, rows = node.inputs
    terms = made_by(new, scalar.Add)
    if not node.op.set_instead_of_inc or terms is None or len(terms) != 2:
        return None
    for read, step in (terms, terms[::-1]):
        if read.owner is not None and isinstance(read.owner.op, AdvancedSubtensor1):
            return [advanced_inc_subtensor1(table, step, rows)] if read.owner.inputs == [table, rows] else None
    return None


def _is_single(x):
    return all(x.type.broadcastable)


def _added(table, node, num, den, value):
    op = None if node is None else node.op
    if type(op) not in (AdvancedIncSubtensor, AdvancedIncSubtensor1, IncSubtensor) or op.set_instead_of_inc or op.inplace:
        return None
    zeros, y, *where = node.inputs
    model = made_by(zeros, scalar.Second)
    if model is None or not is_number(model[1], 0) or not _is_of_form(table, model[0]):
        return None
    if num or den or value != 1.0:
        y = mul(quotient([x.dimshuffle() for x in num], [x.dimshuffle() for x in den], value, table.type.dtype), y)
    return op(table, y, *where) if y.type.dtype == table.type.dtype else None


def _is_of_form(table, model):
    """Whether `table` has the shape of `model`: it is that, or that with something added to parts of it."""
    while table is not model and table.owner is not None and type(table.owner.op) in (
            AdvancedIncSubtensor, AdvancedIncSubtensor1, IncSubtensor):
        table = table.owner.inputs[0]
    return table is model
