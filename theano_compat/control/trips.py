"""A loop whose number of steps is known when it runs, with derivatives: JAX's own has none in reverse.

Forwards it keeps, in buffers, what the pullback of each step needs; backwards a second loop of as many steps reads that. What a pullback
needs of values that do not change from step to step is kept once.
"""


def repeat(step, carry, xs, n, room, kept=-1, shifted=None):
    """(rows that `n` steps give, in buffers of `room` with zeros behind; for each flag whether it held in all steps; the last carry).

    No gradient passes through the last carry.
    `step(carry, rows of xs)` gives `(carry, rows, flags)`. Only the last `kept` steps pass gradients, -1 for all; on the way back
    through one of the others the gradient of a carry becomes `shifted(gradient)`.
    """
    import jax
    import jax.numpy as jnp
    first = jax.tree.map(lambda x: x[0], xs)
    step, hoisted = _closed(step, carry, first)
    loop = _Loop(step, carry, first, hoisted, room, kept, shifted)
    run = jax.custom_vjp(loop.run)
    run.defvjp(loop.forward, loop.backward)
    made = run(jnp.asarray(n).astype("int64"), jax.tree.leaves(carry), jax.tree.leaves(xs), list(hoisted))
    # JAX takes whole numbers and bools from such a function for differentiable where this loop is in another one's step: not behind an `or`
    return jax.tree.map(lambda v: v if _is_smooth(v) else v | jnp.zeros((), v.dtype), made)


def _closed(step, carry, first):
    """(`step` that takes all arrays that it reads besides as further arguments, these).

    Within a step of another loop these are values of that step, integers too, which the derivatives must not read there.
    """
    import jax
    from jax.extend.core import ClosedJaxpr, jaxpr_as_fun
    closed, made = jax.make_jaxpr(step, return_shape=True)(carry, first)
    form = jax.tree.structure(made)

    def call(carry, x, *read):
        return form.unflatten(jaxpr_as_fun(ClosedJaxpr(closed.jaxpr, list(read)))(*jax.tree.leaves((carry, x))))

    return call, list(closed.consts)


class _Loop:
    """The loop over flat lists of arrays: `run`, and `forward` and `backward` for jax.custom_vjp."""

    def __init__(self, step, carry, first, hoisted, room, kept, shifted):
        import jax
        self.step, self.room, self.kept, self.shifted = step, room, kept, shifted
        self.carry_form, self.x_form = jax.tree.structure(carry), jax.tree.structure(first)
        self.smooth_carry = [_is_smooth(v) for v in jax.tree.leaves(carry)]
        self.smooth_x = [_is_smooth(v) for v in jax.tree.leaves(first)]
        self.smooth_read = [_is_smooth(v) for v in hoisted]
        made = jax.eval_shape(step, carry, first, *hoisted)
        if jax.tree.structure(made[0]) != self.carry_form or [(v.shape, v.dtype) for v in jax.tree.leaves(made[0])] != [
                (v.shape, v.dtype) for v in jax.tree.leaves(carry)]:
            raise TypeError("a state that changes its form from step to step")
        self.row_forms, self.rows_form = jax.tree.leaves(made[1]), jax.tree.structure(made[1])
        self.n_flags = len(made[2])
        self.smooth_row = [_is_smooth(v) for v in self.row_forms]

    def _once(self, carry, x, hoisted):
        """One step on flat lists: (carry, rows, flags)."""
        import jax
        carry, rows, flags = self.step(self.carry_form.unflatten(carry), self.x_form.unflatten(x), *hoisted)
        return jax.tree.leaves(carry), jax.tree.leaves(rows), list(flags)

    def _rooms(self, forms):
        import jax.numpy as jnp
        return [jnp.zeros((self.room, *v.shape), v.dtype) for v in forms]

    def run(self, n, carry, xs, hoisted):
        """Forwards, for values alone."""
        import jax
        import jax.numpy as jnp

        def body(i, state):
            carry, buffers, oks = state
            carry, rows, flags = self._once(carry, _rows(xs, i), hoisted)
            return carry, _put(buffers, i, rows), [a & b for a, b in zip(oks, flags)]

        oks = [jnp.ones((), bool)] * self.n_flags
        last, buffers, oks = jax.lax.fori_loop(jnp.zeros((), "int64"), n, body, (list(carry), self._rooms(self.row_forms), oks))
        return self.rows_form.unflatten(buffers), oks, self.carry_form.unflatten(last)

    def _linear(self, carry, x, hoisted):
        """One step, and the leaves of its pullback by the smooth ones of (carry, x, hoisted), with their form."""
        import jax

        def smooth(c, s, h):
            made, rows, flags = self._once(_merged(self.smooth_carry, c, carry), _merged(self.smooth_x, s, x),
                                           _merged(self.smooth_read, h, hoisted))
            return ((_only(self.smooth_carry, made), _only(self.smooth_row, rows)),
                    (_others(self.smooth_carry, made), _others(self.smooth_row, rows), flags))

        (c, r), pullback, (ci, ri, flags) = jax.vjp(
            smooth, _only(self.smooth_carry, carry), _only(self.smooth_x, x), _only(self.smooth_read, hoisted), has_aux=True)
        leaves, form = jax.tree.flatten(pullback)
        return _interleaved(self.smooth_carry, c, ci), _interleaved(self.smooth_row, r, ri), flags, leaves, form

    def _unchanging(self, carry, x, hoisted):
        """For each leaf of a step's pullback whether it is the same in all steps: it depends on neither carry nor rows."""
        import jax
        traced = jax.make_jaxpr(lambda c, s, h: self._linear(c, s, h)[3])(carry, x, list(hoisted)).jaxpr
        changing = set(traced.invars[:len(carry) + len(x)])
        for eqn in traced.eqns:
            if any(v in changing for v in eqn.invars if not hasattr(v, "val")):
                changing.update(eqn.outvars)
        return [hasattr(v, "val") or v not in changing for v in traced.outvars]

    def forward(self, n, carry, xs, hoisted):
        """Forwards, keeping what `backward` needs."""
        import jax
        import jax.numpy as jnp
        carry, hoisted, first = list(carry), list(hoisted), [x[0] for x in xs]
        still = self._unchanging(carry, first, hoisted)
        # in step 0 what does not change is what it is in all of them; the rest of this is not computed
        fixed = [v for v, same in zip(self._linear(carry, first, hoisted)[3], still) if same]
        forms = jax.eval_shape(lambda c, s: [v for v, same in zip(self._linear(c, s, hoisted)[3], still) if not same], carry, first)

        def body(i, state):
            carry, buffers, oks, held = state
            carry, rows, flags, leaves, self.pullback_form = self._linear(carry, _rows(xs, i), hoisted)
            leaves = [v for v, same in zip(leaves, still) if not same]
            return carry, _put(buffers, i, rows), [a & b for a, b in zip(oks, flags)], _put(held, i, leaves)

        oks = [jnp.ones((), bool)] * self.n_flags
        start = carry, self._rooms(self.row_forms), oks, self._rooms(forms)
        last, buffers, oks, held = jax.lax.fori_loop(jnp.zeros((), "int64"), n, body, start)
        self.still = still
        return (self.rows_form.unflatten(buffers), oks, self.carry_form.unflatten(last)), (n, carry, xs, hoisted, fixed, held)

    def backward(self, residuals, gradients):
        """The gradients of `run`'s arguments."""
        import jax
        import jax.numpy as jnp
        n, carry, xs, hoisted, fixed, held = residuals
        g_rows = _only(self.smooth_row, jax.tree.leaves(gradients[0]))
        last = jnp.maximum(n - self.kept, 0) if self.kept != -1 else jnp.zeros((), "int64")

        def body(k, state):
            g_carry, g_xs, g_hoisted = state
            i = n - 1 - k
            kept_once, of_step = iter(fixed), iter(_rows(held, i))
            pullback = self.pullback_form.unflatten([next(kept_once if same else of_step) for same in self.still])
            g_carry, g_x, more = pullback((g_carry, _rows(g_rows, i)))
            return g_carry, _put(g_xs, i, g_x), [a + b for a, b in zip(g_hoisted, more)]

        zeros = [jnp.zeros_like(v) for v in _only(self.smooth_carry, carry)]
        start = zeros, *([jnp.zeros_like(v) for v in _only(smooth, values)]
                         for smooth, values in ((self.smooth_x, xs), (self.smooth_read, hoisted)))
        g_carry, g_xs, g_hoisted = jax.lax.fori_loop(jnp.zeros((), "int64"), n - last, body, start)
        if self.kept != -1:
            g_carry = self._through_others(g_carry, carry, last)
        return (_none(n), *(_interleaved(smooth, found, [_none(v) for v in _others(smooth, values)]) for smooth, found, values in (
            (self.smooth_carry, g_carry, carry), (self.smooth_x, g_xs, xs), (self.smooth_read, g_hoisted, hoisted))))

    def _through_others(self, g_carry, carry, steps):
        """The gradient of the first carry, from that after `steps` steps that pass none."""
        import jax
        import jax.numpy as jnp

        def body(_, g):
            whole = _interleaved(self.smooth_carry, g, [jnp.zeros_like(v) for v in _others(self.smooth_carry, carry)])
            return _only(self.smooth_carry, jax.tree.leaves(self.shifted(self.carry_form.unflatten(whole))))

        return jax.lax.fori_loop(jnp.zeros((), "int64"), steps, body, g_carry)


def _is_smooth(v):
    import jax.numpy as jnp
    return jnp.issubdtype(v.dtype, jnp.inexact)


def _none(v):
    import jax
    import numpy as np
    return np.zeros(v.shape, jax.dtypes.float0)


def _rows(arrays, i):
    import jax
    return [jax.lax.dynamic_index_in_dim(x, i, keepdims=False) for x in arrays]


def _put(buffers, i, rows):
    import jax
    return [jax.lax.dynamic_update_index_in_dim(b, v.astype(b.dtype), i, 0) for b, v in zip(buffers, rows)]


def _only(smooth, values):
    return [v for v, s in zip(values, smooth) if s]


def _others(smooth, values):
    return [v for v, s in zip(values, smooth) if not s]


def _interleaved(smooth, mine, others):
    mine, others = iter(mine), iter(others)
    return [next(mine if s else others) for s in smooth]


def _merged(smooth, mine, values):
    return _interleaved(smooth, mine, _others(smooth, values))
