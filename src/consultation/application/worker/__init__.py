"""Everything that leaves the service follows from the journals, through one worker.

Planners turn journal entries into jobs, in the transaction that notes how far the journal is
planned: each entry is planned exactly once. Handlers carry jobs out, outside any transaction:
each job at least once, under one id, so that receivers can drop repeats.
"""
