"""The command line: for operators, beside the HTTP interface and over the same commands."""
