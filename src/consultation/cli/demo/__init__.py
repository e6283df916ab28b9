"""The demonstration: a fictitious town with an upcoming, an open and a closed debate."""
