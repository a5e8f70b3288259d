"""Lineups from where they are: a shop's export, a spreadsheet in any columns, a product page.

``source`` reads a file; ``table``, ``guessing`` and ``rows`` make drafts of products of a table,
``pages`` and ``patterns`` of a page, ``model`` and ``proving`` what a language model reads in one;
``compose`` leaves out what the lineup's reader refuses, ``keeping`` writes and reads back.
docs/adr/0026-lineup-import.md argues it.
"""
