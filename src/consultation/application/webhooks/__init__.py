"""Webhooks of organisations: kept by their administrators, planned from the journals, signed and sent."""
