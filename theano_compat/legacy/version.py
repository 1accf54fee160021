"""The version of Theano whose behaviour this package reproduces: programs test for it.

The version of theano_compat itself is in the distribution's metadata: `python -m theano_compat info`.
"""

version = "1.0.5"
full_version = "1.0.5"
short_version = "1.0.5"
git_revision = "unknown"
release = True
FALLBACK_VERSION = "1.0.5+unknown"
