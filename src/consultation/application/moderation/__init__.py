"""Moderation: reports, cases, decisions, appeals."""
