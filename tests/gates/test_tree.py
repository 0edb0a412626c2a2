"""The root digest: RFC 9162's tree, whatever the order, and nothing the same for two sets of files."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import ROOT

from facelint.gates.leaves import written
from facelint.gates.tree import Leaf, merkle, root

DOC = (ROOT / "docs" / "attestation.md").read_text("utf-8")

CT_ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The reference tree of Certificate Transparency, by number of entries."""

names = st.binary(min_size=1, max_size=6).filter(lambda name: b"\0" not in name)
leaf = st.builds(
    Leaf, names, st.integers(0, 2**63 - 1), st.binary(max_size=3).map(lambda data: hashlib.sha256(data).digest())
)
leaf_sets = st.lists(leaf, min_size=1, max_size=20, unique_by=lambda one: one.name)


def documented() -> tuple[Leaf, ...]:
    files = {
        "images/a.jpg": b"a",
        "images/b/é 1.jpg": b"",
        "manifests/0/manifest.csv": "path\na.jpg\nb/é 1.jpg\n".encode(),
    }
    return tuple(Leaf(name.encode(), len(data), hashlib.sha256(data).digest()) for name, data in files.items())


@pytest.mark.parametrize("n", range(9))
def test_the_reference_tree_of_the_rfc(n: int) -> None:
    assert merkle(CT_ENTRIES[:n]).hex() == CT_ROOTS[n]


def test_the_documented_vectors() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \| `([0-9a-f]{64})` \|$", DOC, re.MULTILINE)
    leaves = documented()
    assert [name for name, _, _ in rows] == [one.name.decode() for one in leaves]
    for n, (_, leaf_hash, so_far) in enumerate(rows, 1):
        assert hashlib.sha256(b"\0" + leaves[n - 1].data).hexdigest() == leaf_hash
        assert root(leaves[:n]) == so_far
    assert f"```text\n{written(leaves)}```" in DOC


def test_the_documented_program_computes_the_same_root(tmp_path: Path) -> None:
    program = re.search(r"```python\n(.*?)```", DOC, re.DOTALL)
    assert program
    many = [Leaf(f"images/{i} ü.jpg".encode(), i, hashlib.sha256(bytes(i)).digest()) for i in range(21)]
    for leaves in (documented(), many):
        (tmp_path / "leaves").write_text(written(leaves), "ascii")
        ended = subprocess.run(
            [sys.executable, "-c", program[1], tmp_path / "leaves"], capture_output=True, text=True, check=True
        )
        assert ended.stdout.strip() == root(leaves)


@given(leaf_sets, st.randoms())
def test_the_order_of_listing_does_not_matter(leaves: list[Leaf], random: object) -> None:
    mixed = list(leaves)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert root(mixed) == root(leaves)


@given(leaf_sets, leaf_sets)
def test_other_files_have_another_root(one: list[Leaf], other: list[Leaf]) -> None:
    assert (root(one) == root(other)) == (sorted(one) == sorted(other))


@given(leaf, leaf)
def test_no_two_leaves_are_written_alike(one: Leaf, other: Leaf) -> None:
    assert (one.data == other.data) == (one == other)


def test_a_node_is_not_a_leaf() -> None:
    """A file whose bytes are two hashes does not stand for the tree of two files."""
    left, right = (hashlib.sha256(b"\0" + entry).digest() for entry in (b"a", b"b"))
    assert merkle([b"a", b"b"]) != merkle([left + right])


def test_two_files_of_one_name_are_a_mistake() -> None:
    twice = Leaf(b"a", 1, bytes(32)), Leaf(b"a", 2, bytes(32))
    with pytest.raises(ValueError, match="one name"):
        root(twice)
