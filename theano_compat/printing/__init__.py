"""Graphs as text and pictures: `theano.printing`. Needs the graph alone.

`pretty.py` formulas (`pp`) and the printers that ops register, `structure.py` the printer of basic indexing,
`debug.py` and `tree.py` trees (`debugprint`), `describe.py` tags, descriptors and digests, `dot.py` pictures through Graphviz. The op
`Print`, which prints values while a function runs, is in `control`.
"""
from theano_compat.printing.debug import debugprint as debugprint
from theano_compat.printing.describe import _TagGenerator as _TagGenerator
from theano_compat.printing.describe import char_from_number as char_from_number
from theano_compat.printing.describe import hex_digest as hex_digest
from theano_compat.printing.describe import min_informative_str as min_informative_str
from theano_compat.printing.describe import position_independent_str as position_independent_str
from theano_compat.printing.describe import var_descriptor as var_descriptor
from theano_compat.printing.dot import _logger as _logger
from theano_compat.printing.dot import default_colorCodes as default_colorCodes
from theano_compat.printing.dot import pydot_imported as pydot_imported
from theano_compat.printing.dot import pydot_imported_msg as pydot_imported_msg
from theano_compat.printing.dot import pydotprint as pydotprint
from theano_compat.printing.dot import pydotprint_variables as pydotprint_variables
from theano_compat.printing.pretty import VALID_ASSOC as VALID_ASSOC
from theano_compat.printing.pretty import DefaultPrinter as DefaultPrinter
from theano_compat.printing.pretty import FunctionPrinter as FunctionPrinter
from theano_compat.printing.pretty import IgnorePrinter as IgnorePrinter
from theano_compat.printing.pretty import LeafPrinter as LeafPrinter
from theano_compat.printing.pretty import MemberPrinter as MemberPrinter
from theano_compat.printing.pretty import OperatorPrinter as OperatorPrinter
from theano_compat.printing.pretty import PatternPrinter as PatternPrinter
from theano_compat.printing.pretty import PPrinter as PPrinter
from theano_compat.printing.pretty import PrinterState as PrinterState
from theano_compat.printing.pretty import default_printer as default_printer
from theano_compat.printing.pretty import greek as greek
from theano_compat.printing.pretty import leaf_printer as leaf_printer
from theano_compat.printing.pretty import pp as pp
from theano_compat.printing.pretty import pprint as pprint
from theano_compat.printing.pretty import register_printer as register_printer
from theano_compat.printing.pretty import special as special
from theano_compat.printing.pretty import use_ascii as use_ascii
from theano_compat.printing.structure import SubtensorPrinter as SubtensorPrinter
