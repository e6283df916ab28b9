"""Debates for feed readers and calendars: Atom (RFC 4287) and iCalendar (RFC 5545)."""
