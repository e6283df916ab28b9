"""What the service says, in the four languages in which it says it.

`languages` chooses one, `catalogues` reads its sentences, `formats` writes instants and numbers
in it, `words` gives single sentences and counts, `problems` explains refusals and failures.
"""
