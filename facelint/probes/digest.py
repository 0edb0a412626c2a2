"""The digest of the file that a record names, and whether it is the one declared."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from facelint.columns import Column, from_values
from facelint.facts import Cost, Fact
from facelint.files import Located, open_regular
from facelint.plan import Ask, Probe
from facelint.probes.file import located, per_path
from facelint.values import BOOLEAN, TEXT

if TYPE_CHECKING:
    from facelint.probes import Context

SHA256 = Fact("file.sha256", TEXT, "SHA-256 of the file, in hex", cost=Cost.FILE)
MATCHES = Fact(
    "file.digest_matches", BOOLEAN, "The declared `sha256` is the file's; blank where none is declared", cost=Cost.FILE
)
_DECLARED = r"\A(?:sha256:)?([0-9a-fA-F]{64})\z"


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    places = located(ask, context)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(file_digest, places))
    context.files_opened += sum(digest is not None for digest, _ in found)
    actual = per_path(ask, TEXT, [d for d, _ in found], [why for _, why in found])
    columns = {SHA256.name: actual}
    if MATCHES.name in wanted:
        columns[MATCHES.name] = _compared(ask.known["sha256"].spread(ask.length), actual)
    return {name: columns[name] for name in wanted}


def file_digest(at: Located | None) -> tuple[str | None, str | None]:
    """The SHA-256 of a file, in hex, or why there is none; neither where no file is named."""
    if at is None or at.not_readable:
        return None, None if at is None else at.not_readable
    try:
        with open_regular(at.path) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest(), None
    except OSError as error:
        return None, f"cannot be read ({error.strerror or type(error).__name__})"


def _compared(declared: Column, actual: Column) -> Column:
    """Blank or missing as the declared digest is; what is declared and is no SHA-256 matches nothing."""
    said = pc.replace_substring_regex(declared.plain(), pattern=_DECLARED, replacement=r"\1")
    same = pc.equal(pc.utf8_lower(said), actual.plain())
    doubt = pc.if_else(pc.is_valid(said), actual.reasons(), pa.scalar(None, pa.string()))
    column = from_values(BOOLEAN, same, doubt).with_unknown(declared.unknown)
    return replace(column, bad=declared.bad)


PROBE = Probe(
    "digest", "What a file holds, by its digest", (SHA256, MATCHES), look,
    needs={"": ("path",), MATCHES.name: ("sha256",)},
)  # fmt: skip
