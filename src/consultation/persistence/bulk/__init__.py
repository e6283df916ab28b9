"""Whole debates at once: read for an archive, written from one, and examined."""
