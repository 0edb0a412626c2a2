"""The root digest of a set of files: the Merkle tree of RFC 9162, section 2.1.1, over names, sizes and digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

ALGORITHM = "facelintTree1"
"""How a DigestSet of in-toto names it; its value is lower-case hex."""

_LEAF, _NODE = b"\x00", b"\x01"


class Leaf(NamedTuple):
    """One file."""

    name: bytes
    """Its parts with `/` between them; no NUL."""
    size: int
    digest: bytes
    """SHA-256 of its bytes."""

    @property
    def data(self) -> bytes:
        """What its hash is of. A name holds no NUL and what follows has one length: no two leaves share it."""
        return self.name + b"\0" + self.size.to_bytes(8, "big") + self.digest


def root(leaves: Iterable[Leaf]) -> str:
    """The root digest in hex, whatever the order they are given in. No two may have one name."""
    ordered = sorted(leaves)
    if any(a.name == b.name for a, b in pairwise(ordered)):
        raise ValueError("two leaves have one name")
    return merkle([leaf.data for leaf in ordered]).hex()


def merkle(entries: Sequence[bytes]) -> bytes:
    """The Merkle Tree Hash of RFC 9162 with SHA-256.

    Level by level: pairs are hashed, and one left over at the end goes up as it is, which is the RFC's cut at the
    largest power of two.
    """
    if not entries:
        return hashlib.sha256().digest()
    level = [hashlib.sha256(_LEAF + entry).digest() for entry in entries]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(_NODE + left + right).digest() for left, right in pairs]
        level = above + level[len(above) * 2 :]
    return level[0]
