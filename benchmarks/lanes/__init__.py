"""The lanes: each measures some rows of the table."""
