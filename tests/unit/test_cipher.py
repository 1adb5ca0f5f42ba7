"""Encryption at rest: opens where it was written, with a key that is held, and nowhere else."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from finance_core.storage.cipher import Cipher

OLD, NEW = "the secret of last year", "the secret of this year"
ASSOCIATED_DATA = "customer.phone:17"


@given(st.binary(max_size=2000), st.text(max_size=60))
def test_what_is_written_opens_in_its_place(plain: bytes, associated_data: str) -> None:
    cipher = Cipher([NEW])
    assert cipher.decrypt(cipher.encrypt(plain, associated_data), associated_data) == plain


def test_a_value_moved_to_another_row_does_not_open() -> None:
    cipher = Cipher([NEW])
    stored = cipher.encrypt(b"+8613812345678", ASSOCIATED_DATA)
    with pytest.raises(InvalidTag):
        cipher.decrypt(stored, "customer.phone:18")


def test_a_flipped_bit_anywhere_behind_the_key_tag_is_noticed() -> None:
    cipher = Cipher([NEW])
    stored = cipher.encrypt(b"+8613812345678", ASSOCIATED_DATA)
    for index in range(4, len(stored)):
        damaged = stored[:index] + bytes([stored[index] ^ 1]) + stored[index + 1 :]
        with pytest.raises(InvalidTag):
            cipher.decrypt(damaged, ASSOCIATED_DATA)


def test_the_same_words_never_look_the_same_twice() -> None:
    cipher = Cipher([NEW])
    assert len({cipher.encrypt(b"246810", ASSOCIATED_DATA) for _ in range(100)}) == 100


def test_a_new_secret_in_front_opens_what_the_old_one_wrote_and_writes_with_itself() -> None:
    written_before = Cipher([OLD]).encrypt(b"phone", ASSOCIATED_DATA)
    rotated = Cipher([NEW, OLD])
    assert rotated.decrypt(written_before, ASSOCIATED_DATA) == b"phone"
    assert Cipher([NEW]).decrypt(rotated.encrypt(b"phone", ASSOCIATED_DATA), ASSOCIATED_DATA) == b"phone"


def test_a_secret_that_is_no_longer_held_opens_nothing() -> None:
    stored = Cipher([OLD]).encrypt(b"phone", ASSOCIATED_DATA)
    with pytest.raises(KeyError):
        Cipher([NEW]).decrypt(stored, ASSOCIATED_DATA)


def test_what_cannot_be_read_any_more_is_nothing_and_no_fault() -> None:
    stored = Cipher([OLD]).encrypt(b"phone", ASSOCIATED_DATA)
    assert Cipher([NEW]).opened(stored, ASSOCIATED_DATA) is None
    assert Cipher([OLD]).opened(stored, "customer.phone:18") is None
    assert Cipher([OLD]).opened(stored[:10], ASSOCIATED_DATA) is None
    assert Cipher([OLD]).opened(b"", ASSOCIATED_DATA) is None
    assert Cipher([NEW, OLD]).opened(stored, ASSOCIATED_DATA) == b"phone"


def test_a_fingerprint_survives_rotation_and_tells_values_apart() -> None:
    before, after = Cipher([OLD]), Cipher([NEW, OLD])
    assert before.fingerprint("+8613812345678") in after.fingerprints("+8613812345678")
    assert after.fingerprint("+8613812345678") == Cipher([NEW]).fingerprint("+8613812345678")
    assert before.fingerprint("+8613812345678") != before.fingerprint("+8613812345679")
    assert before.fingerprint("+8613812345678") != Cipher([NEW]).fingerprint("+8613812345678")


@pytest.mark.parametrize("secrets", [[], [""], [NEW, ""]])
def test_a_missing_secret_is_refused(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="secret"):
        Cipher(secrets)
