"""Which answers are packed, and for whom."""

import gzip

import pytest

from consultation.api.packing import packed, takes_packed


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("identity", False),
        ("xgzip", False),
        ("", False),
        (None, False),
    ],
)
def test_only_who_takes_gzip_gets_it(header: str | None, expected: bool) -> None:  # noqa: FBT001  # a case
    assert takes_packed(header) is expected


def test_what_is_small_stays_as_it_is() -> None:
    assert packed(b"x" * 100) is None
    large = b"x" * 10_000
    smaller = packed(large)
    assert smaller is not None
    assert gzip.decompress(smaller) == large
    assert packed(large) == smaller, "the same bytes each time, for every process"
