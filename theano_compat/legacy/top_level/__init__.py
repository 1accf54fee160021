"""What `import theano` finds first: this file puts theano_compat in its own place, so both names are one module.

Installed as the top-level package `theano` (see package-dir in pyproject.toml). Nothing else belongs here.
"""

import sys

import theano_compat

sys.modules["theano"] = sys.modules["theano_compat"]
