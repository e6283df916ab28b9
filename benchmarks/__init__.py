"""Measurements of the service against floors: see docs/performance.md."""
