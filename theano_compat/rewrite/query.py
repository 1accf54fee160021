"""Query: which rewrites to apply, by their tags."""
from theano_compat.graph.utils import legacy_name


@legacy_name("theano.gof.optdb")
class Query:
    """Which rewrites to apply, by tags: any of `include`, all of `require`, none of `exclude`.

    `extra_optimizations`: (optimizer, position) pairs that run too; `position_cutoff`: only what stands before it runs.
    """

    def __init__(self, include=(), require=(), exclude=(), subquery=None, position_cutoff=None, extra_optimizations=(),
                 name=None):
        self.name = name
        self.include = frozenset(include or ())
        self.require = frozenset(require or ())
        self.exclude = frozenset(exclude or ())
        self.subquery = dict(subquery or {})
        self.position_cutoff = float("inf") if position_cutoff is None else position_cutoff
        self.extra_optimizations = list(extra_optimizations or ())

    def __setstate__(self, state):
        # sets that a pickle of Theano holds remember their order, and queries are keys of tables here
        self.__init__(**{name: state.get(name) for name in ("include", "require", "exclude", "subquery", "position_cutoff",
                                                            "extra_optimizations", "name")})

    def _with(self, **changes):
        state = dict(include=self.include, require=self.require, exclude=self.exclude, subquery=self.subquery,
                     position_cutoff=self.position_cutoff, extra_optimizations=self.extra_optimizations)
        return Query(**{**state, **changes})

    def including(self, *tags):
        """Also the rewrites with one of `tags`."""
        return self._with(include=self.include | set(tags))

    def excluding(self, *tags):
        """Without the rewrites that have one of `tags`."""
        return self._with(exclude=self.exclude | set(tags))

    def requiring(self, *tags):
        """Only the rewrites that have all `tags`."""
        return self._with(require=self.require | set(tags))

    def register(self, *optimizations):
        """Also these (optimizer, position) pairs."""
        return self._with(extra_optimizations=self.extra_optimizations + list(optimizations))

    def named(self, name):
        """The same query, called `name`."""
        return self._with(name=name)

    def selects(self, tags):
        """Whether something with `tags` (a set) is selected."""
        return bool(tags & self.include) and self.require <= tags and not (tags & self.exclude)

    def __str__(self):
        return "Query{inc=%s,ex=%s,require=%s}" % (sorted(self.include), sorted(self.exclude), sorted(self.require))
