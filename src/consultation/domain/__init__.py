"""The rules of a consultation: pure functions on frozen values, standard library only."""
