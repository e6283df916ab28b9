"""The journal's canonical form and hashes, against written-out values and reference vectors."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from consultation.domain.journal import (
    SALT_BYTES,
    Canonical,
    Entry,
    EntryKind,
    Receipt,
    canonical,
    digest_of,
    format_instant,
)
from tests.domain.builders import MIDWAY, US

ENTRY: Final = Entry(
    debate=UUID("019c5a10-7d00-7000-8000-000000000001"),
    sequence=2150,
    at=datetime(2026, 3, 15, 12, 0, 0, 42, tzinfo=UTC),
    kind=EntryKind.ARGUMENT_POSTED,
    number=2797,
    digest=bytes(range(32)),
)

FORMS: list[tuple[Canonical, str]] = [
    (None, "null"),
    (True, "true"),
    (False, "false"),
    (0, "0"),
    (-1, "-1"),
    (2**53 - 1, "9007199254740991"),
    (1 - 2**53, "-9007199254740991"),
    ("", '""'),
    ("é€\U0001f333", '"é€\U0001f333"'),
    ("\u2028\u2029\x7f/<>&", '"\u2028\u2029\x7f/<>&"'),
    ('"\\', r'"\"\\"'),
    ("\b\t\n\f\r", r'"\b\t\n\f\r"'),
    ("\x00\x0b\x1f", r'"\u0000\u000b\u001f"'),
    ([], "[]"),
    ({}, "{}"),
    ((1, [2, ()]), "[1,[2,[]]]"),
    ({"b": 1, "a": {"d": [True, None], "C": "x"}}, '{"a":{"C":"x","d":[true,null]},"b":1}'),
    ({"10": 1, "9": 2, "_": 3, "Z": 4, "a": 5}, '{"10":1,"9":2,"Z":4,"_":3,"a":5}'),
    (EntryKind.VOTE_CAST, '"vote_cast"'),
]

OUT_OF_RANGE: list[Any] = [
    2**53,
    -(2**53),
    {1: "a number as key"},
    {"clé": "a key outside ASCII"},
    "\ud800",
    {"nested": ["\udfff"]},
]

OF_ANOTHER_TYPE: list[Any] = [1.0, float("nan"), b"bytes", {"set": {1}}, [MIDWAY]]


@pytest.mark.parametrize(("value", "text"), FORMS)
def test_values_have_one_canonical_form(value: Canonical, text: str) -> None:
    assert canonical(value) == text.encode()


@pytest.mark.parametrize("value", OUT_OF_RANGE, ids=repr)
def test_a_value_that_others_would_read_differently_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


@pytest.mark.parametrize("value", OF_ANOTHER_TYPE, ids=repr)
def test_a_type_that_the_canonical_form_leaves_out_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        canonical(value)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 3, 15, 12, tzinfo=UTC), "2026-03-15T12:00:00.000000Z"),
        (datetime(2026, 3, 15, 12, 0, 0, 1, tzinfo=UTC), "2026-03-15T12:00:00.000001Z"),
        (datetime(2026, 3, 15, 12, tzinfo=timezone(timedelta(hours=2))), "2026-03-15T10:00:00.000000Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000000Z"),
        (datetime(999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "0999-12-31T23:59:59.999999Z"),
        (datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_instants_are_written_in_utc_with_six_digits(instant: datetime, text: str) -> None:
    assert format_instant(instant) == text
    assert datetime.fromisoformat(text) == instant


def test_a_naive_datetime_is_not_written() -> None:
    with pytest.raises(ValueError, match="not an instant"):
        format_instant(MIDWAY.replace(tzinfo=None))


def test_a_digest_is_the_hash_of_the_salt_and_the_canonical_form() -> None:
    salt = bytes(SALT_BYTES)
    expected = hashlib.sha256(salt + b'{"a":1,"b":"\xc3\xa9"}').digest()
    assert digest_of(salt, {"b": "é", "a": 1}) == expected
    assert digest_of(b"\x01" * SALT_BYTES, {"b": "é", "a": 1}) != expected


def test_the_leaf_input_of_an_entry_is_written_out() -> None:
    digest = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    expected = (
        '{"at":"2026-03-15T12:00:00.000042Z","debate":"019c5a10-7d00-7000-8000-000000000001",'
        f'"digest":"{digest}","kind":"argument_posted","number":2797,"sequence":2150}}'
    )
    assert ENTRY.leaf_input() == expected.encode()
    assert replace(ENTRY, number=None).leaf_input() == expected.replace("2797", "null").encode()


def test_a_leaf_hash_is_a_known_value() -> None:
    """The value was made with sha256sum from the bytes above, so that it never drifts."""
    assert ENTRY.leaf_hash().hex() == "c254dfe142f003f5a1b6a34c09d7524497dcb1f2b457ff92a42982ecc5c0ee41"


def test_every_public_part_of_an_entry_changes_its_leaf_hash() -> None:
    others = [
        replace(ENTRY, debate=UUID(int=1)),
        replace(ENTRY, sequence=2151),
        replace(ENTRY, at=ENTRY.at + US),
        replace(ENTRY, kind=EntryKind.SOURCE_POSTED),
        replace(ENTRY, number=None),
        replace(ENTRY, digest=bytes(32)),
    ]
    assert len({entry.leaf_hash() for entry in (ENTRY, *others)}) == 7


def test_a_receipt_holds_the_place_and_the_hash() -> None:
    receipt = Receipt(ENTRY.debate, ENTRY.sequence, ENTRY.leaf_hash())
    assert (receipt.sequence, len(receipt.leaf_hash)) == (2150, 32)


# Reference vectors ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GivenEntry(Entry):
    """An entry whose leaf input is given, as the reference vectors give theirs."""

    given: bytes

    def leaf_input(self) -> bytes:
        return self.given


def leaf_hash(data: bytes) -> bytes:
    return GivenEntry(ENTRY.debate, 1, MIDWAY, EntryKind.VOTE_CAST, None, bytes(32), data).leaf_hash()


def tree_hash(leaves: list[bytes]) -> bytes:
    """The Merkle tree hash of RFC 9162 section 2.1.1, as it is defined there."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return hashlib.sha256(b"\x01" + tree_hash(leaves[:left]) + tree_hash(leaves[left:])).digest()


def merkle(name: str) -> str:
    """A file of reference vectors; the test is skipped where they are absent."""
    beside = Path(__file__).parents[2] / "../shared/data"
    data = Path(os.environ.get("CONSULTATION_TEST_DATA", beside))
    path = data / "reference-vectors" / "merkle" / name
    if not path.is_file():
        pytest.skip(f"REFERENCE VECTORS ABSENT: no {name} under CONSULTATION_TEST_DATA or ../shared/data")
    return path.read_text(encoding="utf-8")


def test_leaf_hashes_make_the_roots_of_the_reference_tree() -> None:
    tree = json.loads(merkle("rfc6962-reference-tree.json"))
    leaves = [bytes.fromhex(leaf) for leaf in tree["leaf_inputs_hex"]]
    roots = [tree_hash(leaves[:size]).hex() for size in range(len(leaves) + 1)]
    assert roots == tree["root_hex_by_tree_size"]


def test_leaf_hashes_are_those_of_the_reference_inclusion_proofs() -> None:
    tree = json.loads(merkle("rfc6962-reference-tree.json"))
    cases = [json.loads(line) for line in merkle("proofs.ndjson").splitlines()]
    proven = 0
    for case in cases:
        # "single-entry" proves a leaf of its own, whose data the vectors do not hold.
        if case["case"].startswith("inclusion/") and case["case"].endswith("/happy-path"):
            leaf = bytes.fromhex(tree["leaf_inputs_hex"][case["leafIdx"]])
            assert base64.b64encode(leaf_hash(leaf)).decode() == case["leafHash"], case["case"]
            proven += 1
    assert proven >= 3
