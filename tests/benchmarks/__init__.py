"""Benchmarks: commands that print tables of ratios, never timed tests. `python -m tests.benchmarks [NAME ...]`."""
