"""Use cases: commands that lock, decide and write, and what they need from outside."""
