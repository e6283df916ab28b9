"""Live updates: what a debate's journal tells, sent to whoever listens (WHATWG HTML, section 9.2)."""
