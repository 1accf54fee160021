"""Networks: values, gradients and printed graphs of convolution, pooling, normalisation and the softmax family.

`python tests/golden/record_nnet.py > tests/golden/nnet.json` under real Theano 1.0.5 records them; the tests in tests/tensor/nnet and
tests/tensor/signal import the same cases. Each case is an expression over the names of `names()`; variables are shared.
"""
import json
import sys
import warnings

import numpy as np

CONV = ["T.nnet.conv2d(x, w, %s)" % options for options in (
    "border_mode='valid'", "border_mode='full'", "border_mode='half'", "border_mode=1", "border_mode=(2, 1)",
    "border_mode=((1, 2), 0)", "border_mode='full', subsample=(2, 2)", "border_mode='half', subsample=(2, 1)",
    "filter_flip=False", "filter_dilation=(2, 1)", "subsample=(3, 2), filter_dilation=(1, 2)",
    "input_shape=(2, 4, 7, 6), filter_shape=(3, 4, 3, 2)", "subsample=(2, 2), border_mode=(1, 1), filter_flip=False")]
CONV += ["T.nnet.conv2d(x, wg, num_groups=2, %s)" % options for options in ("border_mode='valid'", "border_mode='half', subsample=(2, 2)")]
CONV += [
    "T.nnet.conv2d(x, wu, unshared=True)",
    "T.nnet.conv2d_transpose(x, wt, (2, 3, 9, 7))",
    "T.nnet.conv2d_transpose(x, wt, (2, 3, 13, 11), border_mode=1, input_dilation=(2, 2))",
    "abstract_conv.conv2d_grad_wrt_weights(x, y, (3, 4, 3, 2))",
    "abstract_conv.conv2d_grad_wrt_inputs(y, w, (2, 4, 7, 6))",
    "abstract_conv.separable_conv2d(x, wd, wp, 4)",
    "T.nnet.conv3d(x5, w5)",
    "T.nnet.conv3d(x5, w5, border_mode='half', subsample=(2, 1, 1))",
    "conv.conv2d(x, w)", "conv.conv2d(x, w, border_mode='full')",
    "conv.conv2d(x, w, image_shape=(2, 4, 7, 6), filter_shape=(3, 4, 3, 2))",
    "signal.conv.conv2d(m, k)", "signal.conv.conv2d(t3, k, border_mode='full')",
    "abstract_conv.bilinear_upsampling(x, ratio=2)", "abstract_conv.bilinear_upsampling(x, ratio=3, use_1D_kernel=False)",
    "abstract_conv.causal_conv1d(t3, w1, (2, 4, 2))",
]
POOL = ["pool.pool_2d(x, (2, 2), %s)" % options for options in (
    "ignore_border=True", "ignore_border=False", "ignore_border=True, stride=(1, 2)", "ignore_border=False, stride=(1, 1)",
    "ignore_border=True, stride=(3, 3)", "ignore_border=False, stride=(3, 1)", "ignore_border=True, pad=(1, 1)",
    "ignore_border=True, stride=(1, 1), pad=(1, 0)")]
POOL += ["pool.pool_2d(x, (3, 2), mode='%s', %s)" % (mode, options) for mode in ("sum", "average_inc_pad", "average_exc_pad")
         for options in ("ignore_border=True", "ignore_border=False, stride=(2, 1)")]
POOL += ["pool.pool_2d(x, (3, 2), ignore_border=True, pad=(1, 1), stride=(2, 2), mode='%s')" % mode
         for mode in ("sum", "average_inc_pad")]
POOL += ["pool.pool_2d(ties, (2, 2), ignore_border=True)", "pool.pool_2d(ties, (3, 3), ignore_border=False, stride=(2, 1))",
         "pool.max_pool_2d_same_size(x, (2, 2))", "pool.pool_2d(m, (2, 2), ignore_border=True)",
         "pool.pool_3d(x5, (2, 2, 2), ignore_border=True)", "pool.pool_3d(x5, (2, 2, 1), ignore_border=False, mode='sum')"]
# What only the C code of an op does: negative padding leaves rows out (its Python form fails). (-1, 0) passes where no padding is allowed.
IN_C = ["pool.pool_2d(x, %s, mode='%s')" % (options, mode) for mode in ("max", "sum", "average_inc_pad", "average_exc_pad")
        for options in ("(2, 2), True, pad=(-1, -1)", "(1, 2), True, (1, 2), (-2, -1)", "(3, 2), False, (1, 2), (-1, 0)")]
IN_C += ["pool.pool_2d(x, (2, 2), True, (1, 1), (-4, -3))", "pool.MaxPoolRop(True)(x, x ** 2, (2, 3), (1, 1), (-2, -1))",
         "T.Rop(pool.pool_2d(x, (2, 2), True, (1, 1), (-1, -1)), x, x ** 2)"]
NORM = ["bn.batch_normalization(m, v, v2, m.mean(0), m.std(0))",
        "bn.batch_normalization(m, v, v2, m.mean(0), m.std(0), mode='high_mem')"]
NORM += ["bn.batch_normalization_train(m, v, v2)[0]", "bn.batch_normalization_train(x, c, c2, axes='spatial')[0]"]
NORM_FORWARD = ["bn.batch_normalization_train(m, v, v2)[%d]" % i for i in (1, 2)]
NORM_FORWARD += ["bn.batch_normalization_train(x, c, c2, axes='spatial')[%d]" % i for i in (1, 2)]
NORM_FORWARD += ["bn.batch_normalization_train(m, v, v2, running_mean=v, running_var=v2 ** 2)[%d]" % i for i in (3, 4)]
NORM += ["bn.batch_normalization_test(m, v, v2, v, v2 ** 2 + 1)", "bn.batch_normalization_test(x, c, c2, c, c2 ** 2 + 1, axes='spatial')"]
NEIGHBOURS = ["neighbours.images2neibs(xe, (2, 2))", "neighbours.images2neibs(xe, (2, 2), (1, 2))",
              "neighbours.images2neibs(x, (2, 3), mode='ignore_borders')",
              "neighbours.neibs2images(neighbours.images2neibs(xe, (2, 2)), (2, 2), xe.shape)"]
NEIGHBOURS_FORWARD = ["neighbours.images2neibs(xo, (3, 3), (1, 1), mode='%s')" % mode for mode in ("wrap_centered", "half", "full")]
SOFTMAX = ["T.nnet.softmax(m)", "T.nnet.logsoftmax(m)", "T.nnet.softmax_graph(m)", "T.nnet.softmax_with_bias(m, v)",
           "T.nnet.crossentropy_softmax_1hot(m, targets)[0]", "T.nnet.crossentropy_softmax_argmax_1hot_with_bias(m, v, targets)[0]",
           "T.nnet.crossentropy_softmax_argmax_1hot_with_bias(m, v, targets)[1]",
           "T.nnet.categorical_crossentropy(T.nnet.softmax(m), targets)", "T.nnet.categorical_crossentropy(T.nnet.softmax(m), m ** 2)",
           "T.nnet.binary_crossentropy(T.nnet.sigmoid(m), m ** 2)",
           "T.nnet.relu(m)", "T.nnet.relu(m, 0.1)", "T.nnet.relu(m, v)", "T.nnet.elu(m)", "T.nnet.selu(m)", "T.nnet.softsign(m)",
           "T.nnet.softplus(m)", "T.nnet.hard_sigmoid(m)", "T.nnet.sigmoid(m)",
           "T.nnet.h_softmax(m, 6, 6, 2, 3, hw1, hb1, hw2, hb2)", "T.nnet.h_softmax(m, 6, 6, 2, 3, hw1, hb1, hw2, hb2, targets)"]
NO_GRADIENT = ["T.nnet.confusion_matrix(targets, targets[::-1])[0]", "T.nnet.confusion_matrix(targets, targets[::-1])[1]",
               "T.nnet.crossentropy_softmax_max_and_argmax_1hot(m, targets)[3]",
               "T.nnet.ultra_fast_sigmoid(m)",
               "T.nnet.nnet.prepend_scalar_to_each_row(s, m)", "T.nnet.nnet.prepend_0_to_each_row(m)"]
NO_GRADIENT += NEIGHBOURS_FORWARD + NORM_FORWARD
NO_GRADIENT += ["T.Rop(%s)" % options for options in (
    "pool.pool_2d(x, (2, 2), ignore_border=True), x, x ** 2", "pool.pool_2d(ties, (2, 2), ignore_border=True), ties, ties + 1",
    "pool.pool_2d(x, (3, 2), ignore_border=True, stride=(1, 1), pad=(1, 1), mode='average_exc_pad'), x, x ** 2",
    "T.nnet.conv2d(x, w, border_mode='half', subsample=(2, 1)), [x, w], [x ** 2, w ** 2]", "T.nnet.conv3d(x5, w5), x5, x5 ** 2",
    "conv.conv2d(x, w), w, w ** 2", "T.nnet.softmax(m), m, m ** 2")]
NO_GRADIENT += ["T.grad((T.grad((%s ** 3).sum(), %s) ** 2).sum(), %s)" % (out, first, second) for out, first, second in (
    ("pool.pool_2d(x, (2, 2), ignore_border=True)", "x", "x"), ("pool.pool_2d(ties, (3, 2), ignore_border=False)", "ties", "ties"),
    ("pool.pool_2d(x, (3, 2), stride=(1, 1), ignore_border=True, pad=(1, 1))", "x", "x"),
    ("pool.pool_2d(x, (2, 2), ignore_border=False, mode='average_exc_pad')", "x", "x"), ("T.nnet.conv2d(x, w)", "x", "w"),
    ("T.nnet.softmax(m)", "m", "m"), ("T.nnet.logsoftmax(m)", "m", "m"), ("bn.batch_normalization_train(m, v, v2)[0]", "m", "m"))]
NO_GRADIENT += ["pool.DownsampleFactorMaxGradGrad(ignore_border=True)(x, pool.pool_2d(x, (2, 2), ignore_border=True), x ** 2, (2, 2))",
                "pool.pool_2d(x, i2, ignore_border=True, stride=i2 - 1, pad=i2 - 1, mode='sum')",
                "T.Rop(T.nnet.logsoftmax(m), m, m ** 2)", "tiny ** -0.3", "T.log(tiny)",
                "pool.pool_2d(x, i2, ignore_border=False)", "pool.pool_3d(x5, i3, ignore_border=False)",
                "T.nnet.conv2d(x, wu[:, :3, :3], unshared=True, subsample=(2, 2))",
                "T.nnet.conv2d(x, T.concatenate([wu, wu], axis=0)[:, :, :, :2], unshared=True, num_groups=2)",
                "T.nnet.conv2d(x, wg, num_groups=2, border_mode='full', filter_dilation=(2, 1))",
                "T.nnet.conv2d(x, w, border_mode=((1, 0), (2, 1)), subsample=(2, 2))"]
ERRORS = ["T.nnet.conv2d(x, w, border_mode='other')", "T.nnet.conv2d(x, w, border_mode=-1)", "T.nnet.conv2d(x, w, border_mode=(1,))",
          "T.nnet.conv2d(x, w, subsample=(1,))", "T.nnet.conv2d(x, w, num_groups=0)", "T.nnet.conv2d(m, w)", "T.nnet.conv2d(x, m)",
          "T.nnet.conv2d(x, w, input_shape=x.shape)", "T.nnet.conv2d(x, w, filter_dilation=(1, 1, 1))",
          "T.nnet.conv2d(x, w, imshp_logical=(1, 2, 3))", "pool.pool_2d(x, ignore_border=True)",
          "pool.pool_2d(v, (2, 2), ignore_border=True)",
          "pool.pool_2d(x, (2, 2), ignore_border=False, pad=(1, 1))", "pool.pool_2d(x, (2, 2), ignore_border=True, pad=(2, 2))",
          "pool.pool_2d(x, (2, 2), ignore_border=True, mode='median')", "pool.pool_2d(x, (2.0, 2.0), ignore_border=True)",
          "pool.pool_3d(m, (2, 2, 2), ignore_border=True)", "T.nnet.softmax(x)", "T.nnet.softmax_with_bias(v, v)",
          "T.nnet.categorical_crossentropy(m, s)", "bn.batch_normalization(m, v, v, v, v, mode='no')",
          "bn.batch_normalization_train(m, c, c, axes='spatial')", "bn.batch_normalization_train(m, v, v, epsilon=1e-8)",
          "neighbours.images2neibs(x, (2, 2), mode='odd')", "abstract_conv.bilinear_upsampling(x)",
          "neighbours.images2neibs(x, (2, 4)).eval()", "T.nnet.confusion_matrix(m, m)", "T.nnet.crossentropy_categorical_1hot(v, targets)"]
ERRORS += ["%s(%s)" % (op, options) for op in ("corr.CorrMM", "corr3d.Corr3dMM") for options in (
    "subsample=(1,)", "filter_dilation=(1,)", "num_groups=0", "border_mode=-1")]
ERRORS += ["corr3d.Corr3dMM(border_mode='odd')", "corr3d.Corr3dMM(border_mode=(1, 2))", "corr3d.Corr3dMM('half', (1, 1, 1), (1, 1, 1), None, 0)",
           "conv3d2d.conv3d(x5, x5, border_mode='odd')", "conv3d2d.conv3d(x5, x5, border_mode=('valid', 'full', 'half'))",
           "pool.Pool(ignore_border=True, mode='bad')", "pool.AveragePoolGrad(ignore_border=True, mode='max')",
           "bn.batch_normalization_train(x, c, c2, 'all')", "bn.batch_normalization_train(x, c, c2, (0, 4))",
           "bn.batch_normalization_train(x, c, c2, 'spatial', running_mean=c)", "abstract_conv.frac_bilinear_upsampling(m, (2, 1))",
           "abstract_conv.causal_conv1d(x, w1, (2, 4, 2))", "abstract_conv.separable_conv2d(x, wd, wd, 4)",
           "T.nnet.conv2d_transpose(x, wt, (2, 3, 9))", "T.nnet.conv2d(x, w, image_shape=(2, 4, 7, 6), input_shape=(2, 4, 7, 6))",
           "T.nnet.conv2d(x, w, unroll_batch=2)"]
PRINTED = ["T.nnet.conv2d(x, w)", "pool.pool_2d(x, (2, 2), ignore_border=True)", "theano.grad(T.nnet.conv2d(x, w).sum(), w)",
           "theano.grad(T.nnet.conv2d(x, w, border_mode='half', num_groups=2).sum(), x)",
           "theano.grad(pool.pool_2d(x, (2, 2), ignore_border=True).sum(), x)",
           "theano.grad(pool.pool_2d(x, (2, 2), ignore_border=True, mode='sum').sum(), x)", "conv.conv2d(x, w)",
           "bn.batch_normalization(m, v, v2, v, v2)", "bn.batch_normalization_test(m, v, v2, v, v2)",
           "neighbours.images2neibs(x, (2, 3))", "theano.grad(T.nnet.logsoftmax(m).sum(), m)",
           "theano.grad(T.nnet.crossentropy_softmax_1hot(m, targets)[0].sum(), m)", "signal.conv.conv2d(m, k)"]

SHAPES = {"x": (2, 4, 7, 6), "w": (3, 4, 3, 2), "wg": (4, 2, 3, 3), "wu": (2, 5, 5, 4, 3, 2), "wt": (4, 3, 3, 2), "y": (2, 3, 5, 5),
          "wd": (8, 1, 3, 3), "wp": (3, 8, 1, 1), "x5": (1, 2, 4, 5, 3), "w5": (2, 2, 2, 3, 2), "m": (6, 5), "k": (2, 3), "t3": (3, 4, 6),
          "w1": (2, 4, 2), "v": (5,), "v2": (5,), "c": (4,), "c2": (4,), "xe": (2, 2, 4, 6), "xo": (1, 2, 5, 5), "s": (),
          "hw1": (5, 2), "hb1": (2,), "hw2": (2, 5, 3), "hb2": (2, 3)}


def values(name):
    """The same numbers for everybody, no two alike."""
    shape = SHAPES[name]
    n = int(np.prod(shape)) if shape else 1
    return np.round(np.sin(1.3 * np.arange(n) + len(name) + ord(name[0])), 3).reshape(shape)


def names():
    """What a case may mention."""
    import theano
    import theano.tensor as T
    import theano.tensor.signal.conv
    from theano.tensor import signal
    from theano.tensor.nnet import abstract_conv, bn, conv, conv3d2d, corr, corr3d, neighbours
    from theano.tensor.signal import pool
    scope = {k: theano.shared(values(k), name=k) for k in SHAPES}
    scope.update(theano=theano, T=T, np=np, signal=signal, abstract_conv=abstract_conv, bn=bn, conv=conv,
                 conv3d2d=conv3d2d, corr=corr, corr3d=corr3d,
                 neighbours=neighbours, pool=pool,
                 tiny=theano.shared(np.array([1e-40, 3e-42, 0.5], "float32"), name="tiny"),
                 i2=theano.shared(np.array([2, 2]), name="i2"), i3=theano.shared(np.array([2, 1, 2]), name="i3"),
                 targets=theano.shared(np.array([0, 4, 2, 1, 3, 3]), name="targets"),
                 ties=theano.shared(np.arange(2 * 7 * 6).reshape(1, 2, 7, 6) % 3 * 1.0, name="ties"))
    return scope


def listed(value):
    """An array as its dtype, shape and numbers; of a large one 24 numbers and a weighted sum of all."""
    value = np.asarray(value)
    flat = value.ravel()
    if flat.size > 40:
        total = float(np.dot(flat.astype("float64"), np.cos(np.arange(flat.size))))
        flat = np.append(flat[np.linspace(0, flat.size - 1, 24).astype("int64")], total)
    return [str(value.dtype), list(value.shape), [float("%.7g" % n) for n in flat]]


def computed(source, scope, gradient=True):
    """The value of an expression, its broadcastable pattern, and gradients of a weighted sum by each shared variable in it."""
    theano, T = scope["theano"], scope["T"]
    out = eval(source, scope)
    inputs = sorted({v.name for v in theano.gof.graph.inputs([out]) if v.name in SHAPES or v.name == "ties"}) if gradient else []
    weights = T.cos(T.arange(out.size)).reshape(out.shape, ndim=out.ndim)
    terms = theano.grad((out * weights).sum(), [scope[n] for n in inputs], disconnected_inputs="ignore") if gradient else []
    results = theano.function([], [out] + terms, on_unused_input="ignore", mode=scope.get("mode"))()
    return [list(out.broadcastable), [listed(r) for r in results], inputs]


def outcome(function):
    """What a call gives, or the class and text of its exception."""
    try:
        return function()
    except Exception as e:
        return [type(e).__name__, str(e).split("\n")[0]]


def main():
    warnings.simplefilter("ignore")
    scope = names()
    theano = scope["theano"]
    theano.config.mode = "FAST_COMPILE"
    scope["mode"] = theano.Mode(linker="py", optimizer=None)  # no C code to compile
    found = {"made by": "python tests/golden/record_nnet.py under real Theano 1.0.5"}
    found["values"] = {s: outcome(lambda: computed(s, scope)) for s in CONV + POOL + NORM + NEIGHBOURS + SOFTMAX}
    found["values"].update({s: outcome(lambda: computed(s, scope, False)) for s in NO_GRADIENT})
    scope["mode"] = "FAST_RUN"
    found["values"].update({s: outcome(lambda: computed(s, scope, "Rop" not in s)) for s in IN_C})
    found["errors"] = {s: outcome(lambda: bool(eval(s, scope))) for s in ERRORS}
    found["printed"] = {s: outcome(lambda: theano.printing.debugprint(eval(s, scope), file="str")) for s in PRINTED}
    json.dump(found, sys.stdout, indent=0, separators=(",", ":"))


if __name__ == "__main__":
    main()
