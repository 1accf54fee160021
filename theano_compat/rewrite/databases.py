"""Where programs register rewrites of their own: `optdb` and its phases, and the kinds of databases they are made of.

Legacy paths: `theano.gof.optdb`, `theano.compile.mode` (optdb), `theano.tensor.opt` (register_canonicalize and friends).
What is registered in a phase of `optdb` runs with our own rules, in one equilibrium; a global rewrite runs before it
(position below 1) or after it, in the order of positions.
"""
import sys
from collections import OrderedDict

from theano_compat.config import config
from theano_compat.gradient.connect import differs_from_jax
from theano_compat.graph.utils import legacy_name
from theano_compat.rewrite import engine
from theano_compat.rewrite.local import LocalOptGroup, LocalOptimizer
from theano_compat.rewrite.passes import EquilibriumOptimizer, MergeOptimizer, NavigatorOptimizer, Optimizer, SeqOptimizer, TopoOptimizer
from theano_compat.rewrite.query import Query


@legacy_name("theano.gof.optdb")
class DB:
    """Rewrites by name and tags; `query` gives what has any of the included, all required and no excluded tags."""

    def __init__(self):
        self.__db__ = OrderedDict()
        self._names = set()
        self.name = None

    def register(self, name, obj, *tags, use_db_name_as_tag=True):
        """Add `obj` under `name` with `tags`. Raises TypeError for what rewrites nothing, ValueError when a name is taken."""
        if not isinstance(obj, (DB, Optimizer, LocalOptimizer)):
            raise TypeError("Object cannot be registered in OptDB", obj)
        if name in self.__db__:
            raise ValueError("The name of the object cannot be an existing tag or the name of another existing object.", obj, name)
        if use_db_name_as_tag and self.name is not None:
            tags = (*tags, self.name)
        obj.name = name
        self.__db__[name] = [obj]
        self._names.add(name)
        self._add(type(obj).__name__, obj)
        self.add_tags(name, *tags)

    def _add(self, tag, obj):
        found = self.__db__.setdefault(tag, [])
        if not any(o is obj for o in found):
            found.append(obj)

    def _tagged(self, tag):
        if tag in self._names:
            raise ValueError("The tag of the object collides with a name.", tag)
        return tag

    def add_tags(self, name, *tags):
        """Select what is called `name` by these tags too."""
        for tag in tags:
            self._add(self._tagged(tag), self.__db__[name][0])

    def remove_tags(self, name, *tags):
        """Select what is called `name` by these tags no longer."""
        for tag in tags:
            self.__db__[self._tagged(tag)].remove(self.__db__[name][0])

    def tags_of(self, name):
        """All tags that select what is called `name`, its name included."""
        obj = self.__db__[name][0]
        return frozenset(tag for tag, found in self.__db__.items() if any(o is obj for o in found))

    def __query__(self, query):
        if not isinstance(query, Query):
            raise TypeError("Expected a Query.", query)
        found = []
        for name in self._in_order():
            if query.selects(self.tags_of(name)):
                obj = self.__db__[name][0]
                if isinstance(obj, DB):
                    obj = obj.query(query.subquery.get(name, query._with(extra_optimizations=())))
                    obj.name = name
                found.append(obj)
        return found

    def _in_order(self):
        return [name for name in self.__db__ if name in self._names]

    def _as_query(self, tags, subqueries):
        if tags and isinstance(tags[0], Query):
            if len(tags) > 1 or subqueries:
                raise TypeError("If the first argument to query is a Query, there should be no other arguments.", tags, subqueries)
            return tags[0]
        if not all(tag.startswith(("+", "&", "-")) for tag in tags):
            raise ValueError("All tags must start with one of the following characters: '+', '&' or '-'", tags)
        chosen = {sign: [t[1:] for t in tags if t.startswith(sign)] for sign in "+&-"}
        return Query(include=chosen["+"], require=chosen["&"], exclude=chosen["-"], subquery=subqueries)

    def query(self, *tags, **subqueries):
        """What a Query, or tags written '+included', '&required', '-excluded', selects."""
        return self.__query__(self._as_query(tags, subqueries))

    def __getitem__(self, name):
        found = self.__db__.get(name)
        if not found:
            raise KeyError("Nothing registered for '%s'" % name)
        if len(found) > 1:
            raise ValueError("More than one match for %s (please use query)" % name)
        return found[0]

    def __contains__(self, name):
        return name in self.__db__

    def print_summary(self, stream=sys.stdout):
        """Write the names and tags."""
        print("%s (id %i)\n  names %s\n  db %s" % (type(self).__name__, id(self), self._names, dict(self.__db__)), file=stream)


@legacy_name("theano.gof.optdb")
class EquilibriumDB(DB):
    """Rewrites that run until none changes anything; `query` gives an EquilibriumOptimizer."""

    def __init__(self, ignore_newtrees=True, tracks_on_change_inputs=False):
        DB.__init__(self)
        self.ignore_newtrees = ignore_newtrees
        self.tracks_on_change_inputs = tracks_on_change_inputs
        self.__final__, self.__cleanup__ = {}, {}

    def register(self, name, obj, *tags, final_opt=False, cleanup=False, **kwargs):
        """As DB.register; `final_opt`: runs at the end of each round, `cleanup`: after each change."""
        assert not (final_opt and cleanup)
        DB.register(self, name, obj, *tags, **kwargs)
        self.__final__[name], self.__cleanup__[name] = final_opt, cleanup

    def query(self, *tags, **subqueries):
        """The EquilibriumOptimizer of what is selected."""
        found = DB.query(self, *tags, **subqueries)
        final = [o for o in found if self.__final__.get(o.name)]
        cleanup = [o for o in found if self.__cleanup__.get(o.name)]
        rest = [o for o in found if not any(o is x for x in final + cleanup)]
        return EquilibriumOptimizer(rest, NavigatorOptimizer.warn_inplace, self.ignore_newtrees, self.tracks_on_change_inputs,
                                    config.optdb.max_use_ratio, final, cleanup)


class _Positioned(DB):
    def __init__(self):
        DB.__init__(self)
        self.__position__ = {}

    def _place(self, name, position):
        if position == "last":
            position = max(self.__position__.values()) + 1 if self.__position__ else 0
        assert isinstance(position, (int, float))
        self.__position__[name] = position

    def _in_order(self):
        return sorted(self._names, key=lambda name: (self.__position__[name], name))


@legacy_name("theano.gof.optdb")
class SequenceDB(_Positioned):
    """Rewrites by position; `query` gives a SeqOptimizer."""

    seq_opt = SeqOptimizer

    def __init__(self, failure_callback=SeqOptimizer.warn):
        _Positioned.__init__(self)
        self.failure_callback = failure_callback

    def register(self, name, obj, position, *tags, **kwargs):
        """As DB.register, at `position`: a number, or 'last'."""
        DB.register(self, name, obj, *tags, **kwargs)
        self._place(name, position)

    def query(self, *tags, position_cutoff=None, **subqueries):
        """The SeqOptimizer of what is selected and stands before the cutoff, extra optimizations in their places."""
        query = self._as_query(tags, subqueries)
        cutoff = query.position_cutoff
        if position_cutoff is not None:
            cutoff = position_cutoff
        elif cutoff == float("inf"):
            cutoff = config.optdb.position_cutoff
        placed = [(self.__position__[o.name], o.name, o) for o in self.__query__(query)]
        placed += [(position, "%s_%i" % (type(o), id(o)), o) for o, position in query.extra_optimizations]
        chosen = [o for position, _, o in sorted(placed, key=lambda p: p[:2]) if position < cutoff]
        return self.seq_opt(chosen, failure_callback=self.failure_callback)


@legacy_name("theano.gof.optdb")
class LocalGroupDB(_Positioned):
    """Local rewrites by position; `query` gives one LocalOptGroup."""

    def __init__(self, apply_all_opts=False, profile=False, local_opt=LocalOptGroup):
        _Positioned.__init__(self)
        self.apply_all_opts = apply_all_opts
        self.profile = profile
        self.local_opt = local_opt

    def register(self, name, obj, *tags, position="last", **kwargs):
        """As DB.register, at `position`."""
        DB.register(self, name, obj, *tags, **kwargs)
        self._place(name, position)

    def query(self, *tags, **subqueries):
        """The group of what is selected."""
        return self.local_opt(*DB.query(self, *tags, **subqueries), apply_all_opts=self.apply_all_opts, profile=self.profile)


@legacy_name("theano.gof.optdb")
class TopoDB(DB):
    """`query` gives a TopoOptimizer of what `db` gives."""

    def __init__(self, db, order="in_to_out", ignore_newtrees=False, failure_callback=None):
        DB.__init__(self)
        self.db, self.order, self.ignore_newtrees, self.failure_callback = db, order, ignore_newtrees, failure_callback

    def query(self, *tags, **subqueries):
        """The TopoOptimizer."""
        return TopoOptimizer(self.db.query(*tags, **subqueries), self.order, self.ignore_newtrees, self.failure_callback)


@legacy_name("theano.gof.optdb")
class ProxyDB(DB):
    """Another database under a second name or position."""

    def __init__(self, db):
        assert isinstance(db, DB), db
        DB.__init__(self)
        self.db = db

    def query(self, *tags, **subqueries):
        """What the other gives."""
        return self.db.query(*tags, **subqueries)


# -- the database that modes read


class _Adopted(engine.Rule):
    """A program's LocalOptimizer among our rules. What it does wrong is logged as in Theano, not raised."""

    def __init__(self, local_opt, tags):
        engine.Rule.__init__(self, local_opt.name, self._apply, None, tags, "registered by a program")
        self.local_opt = local_opt
        self.tracks = local_opt.tracks
        self.add_requirements = local_opt.add_requirements

    def _apply(self, fgraph, node):
        pairs = []
        if getattr(fgraph, "keeps_gradients", False) and differs_from_jax(node):
            return None
        try:
            new = self.local_opt.transform(node)
            if new is False or new is None:
                return None
            if not isinstance(new, dict):
                if not isinstance(new, (list, tuple)) or len(new) != len(node.outputs):
                    raise ValueError("Optimizer %s gave wrong type or number of replacements" % self.local_opt, new)
                new = dict(zip(node.outputs, new))
            pairs = [(old, v) for old, v in new.items() if old != "remove" and v is not None]
            return {old: old.type.filter_variable(v) for old, v in pairs}
        except Exception as e:
            NavigatorOptimizer.warn_inplace(e, self, pairs, self.local_opt, node)
            return None


class _Phase(EquilibriumDB):
    """A phase of `optdb`. Its own rules are those of the engine that carry its name as a tag."""

    def register(self, name, obj, *tags, **kwargs):
        """As EquilibriumDB.register; from now on modes that select the tags apply it."""
        EquilibriumDB.register(self, name, obj, *tags, **kwargs)
        self._publish(name)

    def _publish(self, name):
        obj, tags = self.__db__[name][0], self.tags_of(name)
        if isinstance(obj, LocalOptimizer):
            engine.adopt(_Adopted(obj, tags), POSITIONS[self.name])
        elif not isinstance(obj, MergeOptimizer):
            engine.PASSES.append((POSITIONS[self.name], name, tags, obj))

    def query(self, *tags, **subqueries):
        """The EquilibriumOptimizer of the rules and of what programs registered."""
        query = self._as_query(tags, subqueries)
        made = EquilibriumDB.query(self, query)
        own = [r for r in engine.RULES if self.name in r.tags and not isinstance(r, _Adopted)]
        made.local_optimizers[:0] = [r for r in own if query.selects(r.tags)]
        return made


class _Selected(SeqOptimizer):
    """All that `query` selects: the engine's rules, with what stands before and after them."""

    def __init__(self, query):
        SeqOptimizer.__init__(self, [], failure_callback=SeqOptimizer.warn)
        self.query = query

    def apply(self, fgraph):
        """Rewrite `fgraph`, then run what was appended to this sequence."""
        engine.rewrite_graph(fgraph, self.query)
        SeqOptimizer.apply(self, fgraph)


class _Main(SequenceDB):
    def register(self, name, obj, position, *tags, **kwargs):
        """As SequenceDB.register; from now on modes that select the tags run it."""
        SequenceDB.register(self, name, obj, position, *tags, **kwargs)
        if not isinstance(obj, (_Phase, MergeOptimizer)):
            engine.PASSES.append((self.__position__[name], name, self.tags_of(name), obj))

    def query(self, *tags, position_cutoff=None, **subqueries):
        """One optimizer that does all that is selected."""
        query = self._as_query(tags, subqueries)
        return _Selected(query if position_cutoff is None else query._with(position_cutoff=position_cutoff))


POSITIONS = {"useless": 0.6, "canonicalize": 1, "stabilize": 1.5, "specialize": 2, "uncanonicalize": 3, "specialize_device": 48.6}


def _make_optdb():
    db = _Main()
    db.register("merge1", MergeOptimizer(), 0, "fast_run", "fast_compile", "merge")
    for name, position in POSITIONS.items():
        db.register(name, _Phase(), position, "fast_run", *(("fast_compile",) if name in ("useless", "canonicalize") else ()))
    db.register("merge2", MergeOptimizer(), 49, "fast_run", "merge")
    return db


optdb = _make_optdb()
local_useless = optdb["useless"]


def _registrar(phase):
    def register(lopt, *tags, **kwargs):
        if isinstance(lopt, str):
            return lambda inner: register(inner, lopt, *tags, **kwargs)
        name = kwargs.pop("name", None) or lopt.__name__
        optdb[phase].register(name, lopt, "fast_run", *tags, **kwargs)
        return lopt

    register.__name__ = "register_" + phase
    register.__doc__ = "Register a LocalOptimizer in the phase %r of optdb; a decorator, with tags when given strings." % phase
    return legacy_name("theano.tensor.opt")(register)


register_useless = _registrar("useless")
register_canonicalize = _registrar("canonicalize")
register_stabilize = _registrar("stabilize")
register_specialize = _registrar("specialize")
register_uncanonicalize = _registrar("uncanonicalize")
register_specialize_device = _registrar("specialize_device")
