"""Voices: a clause in, its sound with timed phones out.

Importing this package loads no model and no heavy library: a killed voice process must speak its
cached clauses again at once.
"""
