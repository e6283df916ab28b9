"""The HTTP interface, version 1: routes, schemas and what they share."""
