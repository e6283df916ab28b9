"""A form that waits for its person to sign in is sealed: nobody reads it, nobody makes it lead elsewhere."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from consultation.sealing import AesSealer
from consultation.web.kept import GOOD_FOR, Kept, seal, unseal

NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
KEPT = Kept("/ville/debat/12/argue", {"key": "k1", "side": "pro", "body": "L’ombre\r\nrafraîchit 🌳"})
SEALER = AesSealer("x" * 40)


def test_a_kept_form_comes_back_as_it_was() -> None:
    assert unseal(SEALER, seal(SEALER, KEPT, NOW), NOW + timedelta(hours=20)) == KEPT


def test_a_kept_form_can_be_neither_read_nor_told_from_another_of_its_length() -> None:
    value = seal(SEALER, KEPT, NOW)
    assert b"ombre" not in base64.urlsafe_b64decode(value)
    assert value != seal(SEALER, KEPT, NOW)


def test_a_kept_form_ends_after_its_time() -> None:
    value = seal(SEALER, KEPT, NOW)
    assert unseal(SEALER, value, NOW + GOOD_FOR - timedelta(seconds=1)) == KEPT
    assert unseal(SEALER, value, NOW + GOOD_FOR) is None


@pytest.mark.parametrize("place", [0, 5, 20, -20, -5])
def test_a_changed_form_is_none(place: int) -> None:
    octets = bytearray(base64.urlsafe_b64decode(seal(SEALER, KEPT, NOW)))
    octets[place] ^= 1
    assert unseal(SEALER, base64.urlsafe_b64encode(bytes(octets)).decode(), NOW) is None


@pytest.mark.parametrize("value", ["", "x", "é", "AAAA", "not base64", "QUJD" * 40])
def test_what_was_never_sealed_is_none(value: str) -> None:
    assert unseal(SEALER, value, NOW) is None


def test_a_form_of_another_instance_or_purpose_is_none() -> None:
    assert unseal(AesSealer("y" * 40), seal(SEALER, KEPT, NOW), NOW) is None
    other = base64.urlsafe_b64encode(SEALER.seal("round", '[9999999999, "/", {}]')).decode()
    assert unseal(SEALER, other, NOW) is None
