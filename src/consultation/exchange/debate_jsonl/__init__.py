"""The format debate-jsonl, version 1: a whole debate in one file, one JSON object a line."""
