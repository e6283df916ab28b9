"""Examining the logos of organisations: the file, its digest, and what pages say of it."""

import hashlib
from collections.abc import Iterator
from functools import partial

from consultation.application.doctor.findings import Fault, Finding
from consultation.application.doctor.ports import Examination


def examine_logos(record: Examination) -> Iterator[Finding]:
    """Files that are not what their digest says, and logos that pages name and nobody can load."""
    for logo in record.logos():
        found = partial(Finding, organisation=logo.organisation)
        if logo.content is not None and logo.digest is not None:
            computed = hashlib.sha256(logo.content).hexdigest()
            if computed != logo.digest:
                yield found(
                    fault=Fault.DIGEST, field="file of the logo", stored=logo.digest, recomputed=computed
                )
        if logo.named != logo.digest:
            yield found(fault=Fault.DERIVED, field="logo", stored=logo.named, recomputed=logo.digest)
