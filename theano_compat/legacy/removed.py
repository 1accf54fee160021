"""Names that cannot exist any more, and for each the sentence that says what to do instead. Data only; finder.py raises them.

A key ending in `.*` covers a module and everything below it; the longest key that fits wins. Asked only for what paths.py
does not serve: `theano.gof.cc.CLinker` is there, the rest of `theano.gof.cc` is not.
"""

_NO_C = (
    "no C code is written, compiled or loaded any more: XLA compiles the whole graph. Remove the import, and give an Op of your own a "
    "`perform` in Python or a function in JAX instead of `c_code`."
)
_NO_CUDA = (
    "the CUDA back-end was removed from Theano in 1.0. Write the same program with theano.tensor: it runs on the GPU by itself when JAX "
    "sees one (THEANO_FLAGS=device=cuda, and pip install 'jax[cuda]')."
)
_NO_GPUARRAY = (
    "there are no GpuArray variables any more: the same graph runs on CPU and GPU. Use the op of theano.tensor; it runs on the GPU by "
    "itself when JAX sees one (THEANO_FLAGS=device=cuda, and pip install 'jax[cuda]')."
)
_NO_THUNKS = (
    "functions are no longer run thunk by thunk: theano.function compiles the graph with XLA. The compiled graph is "
    "`f.maker.fgraph`."
)

_NO_REWRITE = (
    "a rewrite of Theano's, or a part of its machinery, that does not exist by itself here: XLA or the rules of theano_compat.rewrite do "
    "its work. Remove the import; your own rewrites are written with theano.gof.local_optimizer and registered as before."
)
_NO_BLAS = (
    "products are compiled by XLA, which picks the routines itself. Remove the import; theano.tensor.dot is all there is to call."
)

_REASONS = {
    "theano.gof.callcache.*": "nothing caches the calls of optimizers any more. Remove the import.",
    "theano.gof.DestroyHandler": "nothing is overwritten in place, so no order has to be found in which that is safe. Remove the feature.",
    "theano.gof.cc.*": _NO_C,
    "theano.gof.cmodule.*": _NO_C,
    "theano.gof.compiledir.*": _NO_C,
    "theano.gof.compilelock.*": "the cache of compiled programs needs no lock any more. Remove the calls.",
    "theano.gof.cutils.*": _NO_C,
    "theano.gof.lazylinker_c.*": _NO_C,
    "theano.gof.vm.*": _NO_THUNKS,
    "theano.gof.sched.*": _NO_THUNKS,
    "theano.gpuarray.*": _NO_GPUARRAY,
    "theano.gpuarray.dnn.RNNBlock": "cuDNN's recurrent layers and the layout of their parameters are not there. Write the cell once and "
                                    "loop over it with theano.scan, which runs on the GPU as one program.",
    "theano.gpuarray.dnn.dnn_spatialtf": "cuDNN's spatial transformer is not there. Write it with theano.tensor: a grid "
                                         "from theta, four neighbours by indexing, weighted by distance.",
    "theano.sandbox.gpuarray.*": _NO_GPUARRAY,
    "theano.sandbox.cuda.*": _NO_CUDA,
    "theano.misc.buildbot_filter.*": "it sorted the mails of Theano's own build farm. Remove the import.",
    "theano.misc.burn_gpu.*": "it kept a GPU busy with cuDNN. Any function in a loop does that: theano.misc.check_blas, for one.",
    "theano.misc.check_duplicate_key.*": "it checked the cache of compiled C code, which is not there any more.",
    "theano.misc.check_multi_gpu.*": "it timed two GpuArray contexts at once. Name the device of each array in JAX (jax.device_put).",
    "theano.misc.elemwise_openmp_speedup.*": "there is no OpenMP code whose speed-up could be measured; XLA decides how many threads "
                                             "work. theano.misc.elemwise_time_test times elementwise functions.",
    "theano.misc.gh_api.*": "it asked GitHub about Theano's own pull requests. Remove the import.",
    "theano.misc.latence_gpu_transfert.*": "it timed copies to a GpuArray context. Time jax.device_put instead.",
    "theano.misc.pycuda_init.*": "PyCUDA and Theano no longer share a GPU context. Write the kernel in JAX.",
    "theano.misc.pycuda_utils.*": "PyCUDA and Theano no longer share arrays. Write the kernel in JAX.",
    "theano.misc.pycuda_example.*": "PyCUDA and Theano no longer share a GPU context. Write the kernel in JAX.",
    "theano.gof.destroyhandler.*": _NO_REWRITE,
    "theano.scalar.basic_sympy.*": _NO_C,
    "theano.scan_module.scan_opt.*": _NO_REWRITE,
    "theano.sparse.opt.*": _NO_REWRITE,
    "theano.tensor.blas_c.*": _NO_C,
    "theano.tensor.blas_headers.*": _NO_C,
    "theano.tensor.blas_scipy.*": _NO_BLAS,
    "theano.tensor.elemwise_cgen.*": _NO_C,
    "theano.tensor.inc_code.*": _NO_C,
    "theano.tensor.nnet.opt.*": _NO_REWRITE,
    "theano.tensor.opt.*": _NO_REWRITE,
    "theano.tensor.opt_uncanonicalize.*": _NO_REWRITE,
    "theano.typed_list.opt.*": _NO_REWRITE,
    "theano.scan_module.scan_perform.*": _NO_C,
    "theano.scan_module.scan_perform_ext.*": _NO_C,
}

_NO_PROBE = "it looked for C compilers, BLAS libraries or CUDA, of which nothing here makes use. Remove the call."
_NO_PATTERNS = "patterns are matched without it here: write them with theano.gof.PatternSub, whose variables are strings."

# What has gone from modules that are served otherwise: {module: (reason, names)}.
GONE = {
    "theano.compile": (_NO_C, "inline_ofg_expansion"),
    "theano.configdefaults": (_NO_PROBE, "check_mkl_openmp default_blas_ldflags default_cuda_include default_dnn_base_path "
                              "default_dnn_bin_path default_dnn_inc_path default_dnn_lib_path default_openmp gcc_version_str get_cuda_root "
                              "try_blas_flag warn_cxx"),
    "theano.gof": (_NO_REWRITE, "CheckStackTraceOptimization ops_with_inner_function"),
    "theano.gof.link": (_NO_THUNKS, "add_clear_storage gc_helper log_thunk_trace map_storage streamline thunk_hook"),
    "theano.gof.op": (_NO_C, "CLinkerObject CLinkerOp apply_meth simple_meth"),
    "theano.gof.opt": (_NO_REWRITE, "CheckStrackTraceFeature GraphToGPULocalOptGroup LocalMetaOptimizer "
                       "LocalMetaOptimizerSkipAssertionError Updater merge_dict"),
    "theano.gof.unify": (_NO_PATTERNS, "BoundVariable FVar FreeVariable NV NotVariable OrV OrVariable Unification V VariableInList unify "
                         "unify_build unify_merge unify_walk var_lookup"),
    "theano.ifelse": (_NO_REWRITE, "CondMerge acceptable_ops cond_make_inplace cond_merge_ifs_false cond_merge_ifs_true "
                      "cond_merge_random_op cond_remove_identical ifelse_lift_single_if_through_acceptable_ops"),
    "theano.tensor.nnet": (_NO_REWRITE, "crossentropy_to_crossentropy_with_softmax crossentropy_to_crossentropy_with_softmax_with_bias "
                           "graph_merge_softmax_with_crossentropy_softmax softmax_simplifier"),
    "theano.tensor.nnet.nnet": (_NO_REWRITE, "local_advanced_indexing_crossentropy_onehot local_advanced_indexing_crossentropy_onehot_grad "
                                "local_argmax_pushdown local_logsoftmax local_logsoftmax_grad "
                                "local_softmax_grad_to_crossentropy_with_softmax_grad local_softmax_with_bias "
                                "local_useless_crossentropy_softmax_1hot_with_bias_dx_alloc"),
    "theano.tensor.nnet.sigm": (_NO_REWRITE, "compute_mul is_1pexp is_exp is_mul is_neg local_1msigmoid local_exp_over_1_plus_exp "
                                "local_hard_sigmoid local_inv_1_plus_exp local_sigm_times_exp local_ultra_fast_sigmoid "
                                "log1msigm_to_softplus log1p_neg_sigmoid log1pexp_to_softplus logsigm_to_softplus parse_mul_tree "
                                "partition_num_or_denom perform_sigm_times_exp register_local_1msigmoid replace_leaf simplify_mul"),
}
_REASONS.update({f"{module}.{name}": reason for module, (reason, names) in GONE.items() for name in names.split()})

SENTENCES = {name: f"{name.removesuffix('.*')}: {reason}" for name, reason in _REASONS.items()}


def sentence_for(legacy_name):
    """The sentence for `theano.some.name`, or None if nothing is recorded about it."""
    if legacy_name in SENTENCES:
        return SENTENCES[legacy_name]
    parts = legacy_name.split(".")
    for end in range(len(parts), 0, -1):
        sentence = SENTENCES.get(".".join(parts[:end]) + ".*")
        if sentence:
            return sentence
    return None
