"""Encryption at rest: AES-256-GCM, bound to the associated_data a value is stored in, with keys that rotate."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12
_KEY_TAG_BYTES: Final = 4


class Cipher:
    """Encrypts with the first secret, decrypts with any of them, so a new secret is put in front of the old.

    A stored value is key tag (4 bytes) + nonce (12) + ciphertext with its GCM tag. `associated_data` (for example
    `"customer.phone:17"`) is authenticated with it: a value moved to another row or column does not open.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or not all(secrets):
            raise ValueError("at least one non-empty secret is needed")
        keys = [hashlib.blake2b(secret.encode(), digest_size=32, person=b"susu-at-rest").digest() for secret in secrets]
        self._keys = {hashlib.sha256(key).digest()[:_KEY_TAG_BYTES]: key for key in keys}
        self._current = next(iter(self._keys))
        self._lookup_keys = [
            hashlib.blake2b(secret.encode(), digest_size=32, person=b"susu-lookup").digest() for secret in secrets
        ]

    def encrypt(self, plain: bytes, associated_data: str) -> bytes:
        """Return `plain` encrypted under the current key, bound to `associated_data`."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._keys[self._current]).encrypt(nonce, plain, associated_data.encode())
        return self._current + nonce + sealed

    def decrypt(self, stored: bytes, associated_data: str) -> bytes:
        """Raises cryptography's `InvalidTag` (other associated data, or damaged) or KeyError (a key no longer held)."""
        tag, nonce = stored[:_KEY_TAG_BYTES], stored[_KEY_TAG_BYTES : _KEY_TAG_BYTES + _NONCE_BYTES]
        return AESGCM(self._keys[tag]).decrypt(nonce, stored[_KEY_TAG_BYTES + _NONCE_BYTES :], associated_data.encode())

    def opened(self, stored: bytes, associated_data: str) -> bytes | None:
        """Return what was encrypted, None where it cannot be read any more: it is forgotten, and nothing ends by it."""
        try:
            return self.decrypt(stored, associated_data)
        except (InvalidTag, KeyError, ValueError):  # ValueError: too short to be anything
            return None

    def is_current(self, stored: bytes) -> bool:
        """Say whether a value is encrypted under the current secret."""
        return stored[:_KEY_TAG_BYTES] == self._current

    def fingerprint(self, value: str) -> bytes:
        """Return a keyed hash, under the current secret, by which an encrypted value (a phone) is found again."""
        return self.fingerprints(value)[0]

    def fingerprints(self, value: str) -> list[bytes]:
        """Return the keyed hashes under all secrets, the current first: a value written before a rotation is found."""
        return [hmac.digest(key, value.encode(), "sha256") for key in self._lookup_keys]
