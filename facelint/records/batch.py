"""A batch: some records of a manifest as raw columns, with those that could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Batch:
    """Consecutive records of one manifest, in its order."""

    source: int
    """Index in `Dataset.manifests`."""
    rows: pa.Array
    """int64, the number a person would look up: the row of a spreadsheet (its header is 1), the line of a JSONL file,
    the record of a Parquet file from 1. They ascend; rows and lines with nothing in them leave gaps, and a row stands
    as often as it names images."""
    columns: Mapping[str, pa.Array]
    """By the name asked for; a name asked for and absent is of no column of the manifest. Text as written, blank as
    it stands; Parquet's numbers, days, booleans and lists of text in their own types. Never chunked."""
    broken: pa.Array | None
    """Text: why a record could not be read, null where it could; None where all could. A broken record is null in
    every column."""

    @property
    def length(self) -> int:
        return len(self.rows)
