"""The reference pages of the interface: rendered on the server, once, and read without script.

`book` renders and keeps them, `operations` makes of the OpenAPI document what the templates
show, `commands` writes the curl examples, `problems` says what the pages of refusals show.
"""
