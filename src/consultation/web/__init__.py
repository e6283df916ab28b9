"""The citizen's pages: HTML on the machinery, the readers and the refusals of the interface.

Everything works without script; script only adds. What is public is finished bytes, kept like the
documents of the interface; for somebody signed in the same template is rendered for them alone.
"""
