"""What belongs to which kind among a loop's inner and outer inputs and outputs, by Theano's names. A part of Scan.

The kinds: sequences; states with several taps (`mitsot`) or one (`sitsot`); outputs that are no states (`nitsot`); shared variables
that are no tensors; everything else. States with several results a step (`mitmot`) are found only in loops read from old pickles.
"""
from theano_compat.graph import Apply


def _outputs(given):
    return given.outputs if isinstance(given, Apply) else given


def _inputs(given):
    return given.inputs if isinstance(given, Apply) else given


class ListsByKind:
    """Each method cuts its kind out of a list of inner (outer) inputs or outputs; for `outer_...` the node will do as well."""

    @property
    def n_outs(self):
        """How many states there are."""
        return self.n_mit_mot + self.n_mit_sot + self.n_sit_sot

    @property
    def n_tap_outs(self):
        """How many states have several taps."""
        return self.n_mit_mot + self.n_mit_sot

    @property
    def seqs_arg_offset(self):
        """The first state among a node's inputs."""
        return 1 + self.n_seqs

    @property
    def shared_arg_offset(self):
        """The first shared variable that is no tensor, among a node's inputs."""
        return self.seqs_arg_offset + self.n_outs

    @property
    def nit_sot_arg_offset(self):
        """The first length among a node's inputs."""
        return self.shared_arg_offset + self.n_shared_outs

    @property
    def vector_seqs(self):
        """For each sequence whether it is a vector."""
        return [v.ndim == 0 for v in self.inner_seqs(self.inputs)]

    @property
    def vector_outs(self):
        """For each state and other output whether it is a vector."""
        return [t.ndim == 1 for t in self.output_types[:self.n_outs + self.n_nit_sot]]

    # -- sequences, shared variables and the rest

    def inner_seqs(self, list_inputs):
        """Slices of sequences among inner inputs."""
        return list_inputs[:self.n_seqs]

    def outer_seqs(self, list_inputs):
        """Sequences among a node's inputs."""
        return _inputs(list_inputs)[1:1 + self.n_seqs]

    def inner_shared(self, list_inputs):
        """Shared variables that are no tensors, among inner inputs."""
        at = self.n_seqs + sum(map(len, self.tap_array))
        return list_inputs[at:at + self.n_shared_outs]

    def outer_shared(self, list_inputs):
        """Shared variables that are no tensors, among a node's inputs."""
        return _inputs(list_inputs)[self.shared_arg_offset:self.nit_sot_arg_offset]

    def inner_non_seqs(self, list_inputs):
        """What does not change from step to step, among inner inputs."""
        return list_inputs[self.n_seqs + sum(map(len, self.tap_array)) + self.n_shared_outs:]

    def outer_non_seqs(self, list_inputs):
        """What does not change from step to step, among a node's inputs."""
        return _inputs(list_inputs)[self.nit_sot_arg_offset + self.n_nit_sot:]

    def outer_nitsot(self, list_inputs):
        """Lengths of outputs that are no states, among a node's inputs."""
        return _inputs(list_inputs)[self.nit_sot_arg_offset:self.nit_sot_arg_offset + self.n_nit_sot]

    # -- states

    def mitmot_taps(self):
        """Taps of the states of that kind."""
        return self.tap_array[:self.n_mit_mot]

    def mitsot_taps(self):
        """Taps of the states of that kind."""
        return self.tap_array[self.n_mit_mot:self.n_tap_outs]

    def mitmot_out_taps(self):
        """For each state of that kind which rows a step writes."""
        return self.mit_mot_out_slices[:self.n_mit_mot]

    def inner_taps(self, list_inputs):
        """For each state its variables among inner inputs."""
        found, at = [], self.n_seqs
        for taps in self.tap_array:
            found.append(list_inputs[at:at + len(taps)])
            at += len(taps)
        return found

    def _inner_states(self, list_inputs, first, end):
        return [v for taps in self.inner_taps(list_inputs)[first:end] for v in taps]

    def inner_mitmot(self, list_inputs):
        """Variables of states with several results, among inner inputs."""
        return self._inner_states(list_inputs, 0, self.n_mit_mot)

    def inner_mitsot(self, list_inputs):
        """Variables of states with several taps, among inner inputs."""
        return self._inner_states(list_inputs, self.n_mit_mot, self.n_tap_outs)

    def inner_sitsot(self, list_inputs):
        """Variables of states with one tap, among inner inputs."""
        return self._inner_states(list_inputs, self.n_tap_outs, self.n_outs)

    def outer_mitmot(self, list_inputs):
        """Buffers of states with several results, among a node's inputs."""
        return _inputs(list_inputs)[self.seqs_arg_offset:][:self.n_mit_mot]

    def outer_mitsot(self, list_inputs):
        """Buffers of states with several taps, among a node's inputs."""
        return _inputs(list_inputs)[self.seqs_arg_offset + self.n_mit_mot:][:self.n_mit_sot]

    def outer_sitsot(self, list_inputs):
        """Buffers of states with one tap, among a node's inputs."""
        return _inputs(list_inputs)[self.seqs_arg_offset + self.n_tap_outs:][:self.n_sit_sot]

    # -- outputs: inner ones begin with several results for each state of kind `mitmot`

    def inner_mitmot_outs(self, list_outputs):
        """Results of states of that kind, among inner outputs."""
        return list_outputs[:self.n_mit_mot_outs]

    def inner_mitsot_outs(self, list_outputs):
        """Results of states of that kind, among inner outputs."""
        return list_outputs[self.n_mit_mot_outs:][:self.n_mit_sot]

    def inner_sitsot_outs(self, list_outputs):
        """Results of states of that kind, among inner outputs."""
        return list_outputs[self.n_mit_mot_outs + self.n_mit_sot:][:self.n_sit_sot]

    def inner_nitsot_outs(self, list_outputs):
        """Outputs that are no states, among inner outputs."""
        return list_outputs[self.n_mit_mot_outs + self.n_mit_sot + self.n_sit_sot:][:self.n_nit_sot]

    def inner_shared_outs(self, list_outputs):
        """New values of shared variables that are no tensors, among inner outputs."""
        return list_outputs[self.n_mit_mot_outs + self.n_mit_sot + self.n_sit_sot + self.n_nit_sot:][:self.n_shared_outs]

    def outer_mitmot_outs(self, list_outputs):
        """Buffers of states of that kind, among a node's outputs."""
        return _outputs(list_outputs)[:self.n_mit_mot]

    def outer_mitsot_outs(self, list_outputs):
        """Buffers of states of that kind, among a node's outputs."""
        return _outputs(list_outputs)[self.n_mit_mot:self.n_tap_outs]

    def outer_sitsot_outs(self, list_outputs):
        """Buffers of states of that kind, among a node's outputs."""
        return _outputs(list_outputs)[self.n_tap_outs:self.n_outs]

    def outer_nitsot_outs(self, list_outputs):
        """Outputs that are no states, among a node's outputs."""
        return _outputs(list_outputs)[self.n_outs:][:self.n_nit_sot]

    def outer_shared_outs(self, list_outputs):
        """New values of shared variables that are no tensors, among a node's outputs."""
        return _outputs(list_outputs)[self.n_outs + self.n_nit_sot:][:self.n_shared_outs]
