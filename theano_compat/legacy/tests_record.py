"""`theano.tests.record` and `theano.tests.disturb_mem`: comparing two runs of a program, value by value."""
import datetime
import hashlib

from theano_compat.compile.modes import MonitorMode
