"""Readers of real consultations: files in, records and a report out. Nothing is stored here.

Each reader checks the type of every field it takes and refuses what does not fit, with its
row and column; it never repairs a row by guessing.
"""
