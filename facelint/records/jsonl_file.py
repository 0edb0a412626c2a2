"""JSON Lines manifests: one object a line, its members as text."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from facelint.errors import DatasetError
from facelint.records.arrays import NOT_UTF8, numbers, reasons, sized
from facelint.records.batch import Batch
from facelint.records.columns import Names, assign
from facelint.records.files import Source

BLOCK = 2**20
MAX_LINE = 16 * 2**20

_SAMPLE = 1000
"""Lines whose every key is looked at; in the others, keys are searched for."""
_TOO_LONG = b"\xff a line that was too long"
_SPACE = b" \t\r\n"


class _Twice(ValueError):
    """An object has a key twice, and readers differ in which of the two values they take."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Twice
    return made


_decode = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str).raw_decode
"""Numbers keep the text they are written with."""
_refuse_twins = json.JSONDecoder(object_pairs_hook=_once).raw_decode


@dataclass(frozen=True)
class Broken:
    """Why a line is no record."""

    reason: str


def header(path: Path, file: str, block: int = BLOCK) -> tuple[str, ...]:
    """Every key of every line, in the order first met: reads the whole file."""
    keys: dict[str, None] = {}
    with Source(path, file) as source:
        for lines in _blocks(source, block):
            _add_keys(keys, lines.split(b"\n"))
    return tuple(keys)


def batches(
    path: Path, file: str, wanted: Collection[str], names: Names, size: int, source: int = 0, block: int = BLOCK
) -> Iterator[Batch]:
    """Batches of `size` records. A line with nothing on it is no record.

    A key that stands on any line is a column of all: which lines were read together makes no difference.
    """
    with Source(path, file) as stream:
        keys = _keys(stream, sorted({*wanted, *names.mapping}), names, block)
        chosen = {want: keys[index] for want, index in assign(keys, wanted, names, stream.name, numbered=False).items()}
        stream.rewind()
        yield from sized(_records(stream, chosen, source, block), size)


def endings(path: Path, file: str, wanted: tuple[str, ...], block: int = BLOCK) -> tuple[str, ...]:
    """The keys of any line that end so. Only lines that may have one are parsed."""
    keys: dict[str, None] = {}
    either = "|".join(map(re.escape, wanted))
    pattern = rf'(?:{either})"[ \t\r]*:|\\[^"]*"[ \t\r]*:'
    with Source(path, file) as source:
        for data in _blocks(source, block):
            if _found(data, pattern):
                _add_keys(keys, (line for line in data.split(b"\n") if _found(line, pattern)))
    return tuple(key for key in keys if key.endswith(wanted))


def objects(path: Path, file: str, block: int = BLOCK) -> Iterator[tuple[list[int], list[dict[str, Any] | Broken]]]:
    """What the lines hold that hold something, some at a time, with their numbers."""
    with Source(path, file) as stream:
        for rows, lines in _lines(stream, block):
            yield rows, list(map(parsed, lines))


def text(value: Any) -> str | None:
    """A JSON value as the cell of a CSV file would write it. Raises RecursionError where it is nested too deeply."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def parsed(data: bytes, subject: str = "line") -> dict[str, Any] | Broken:
    """The object that a line, or a small file, holds."""
    if data == _TOO_LONG:
        return Broken(f"{subject} longer than {MAX_LINE // 2**20} MiB")
    try:
        line = data.strip(_SPACE).decode()
        value, end = _decode(line)
        if isinstance(value, dict) and line.count(":") > len(value):  # most lines have a colon a key
            _refuse_twins(line)
    except UnicodeDecodeError:
        return Broken(f"{subject} is {NOT_UTF8}")
    except _Twice:
        return Broken(f"{subject} has a key twice")
    except ValueError:
        return Broken(f"{subject} is not valid JSON")
    except RecursionError:
        return Broken(f"{subject} is nested too deeply")
    if end != len(line):
        return Broken(f"{subject} is not valid JSON")
    return value if isinstance(value, dict) else Broken(f"{subject} is not a JSON object")


def table(
    objects: Iterable[dict[str, Any] | Broken], rows: pa.Array, chosen: Mapping[str, str], source: int = 0
) -> Batch:
    """One record for each object, with the members `chosen` (wanted name to key)."""
    found: dict[int, str] = {}
    kept: list[dict[str, Any]] = []
    nothing: dict[str, Any] = {}
    for item in objects:
        if isinstance(item, Broken):
            found[len(kept)] = item.reason
            item = nothing
        kept.append(item)
    values = {key: [item.get(key) for item in kept] for key in set(chosen.values())}
    try:
        made = {key: _column(column) for key, column in values.items()}
    except (UnicodeEncodeError, RecursionError):
        # Some record's text is no text (half a surrogate pair) or is nested too deeply: rare, so found one by one.
        for column in values.values():
            for index, value in enumerate(column):
                try:
                    (text(value) or "").encode()
                except UnicodeEncodeError:
                    found.setdefault(index, "text is not valid Unicode")
                except RecursionError:
                    found.setdefault(index, "line is nested too deeply")
        sound = {key: [None if i in found else v for i, v in enumerate(column)] for key, column in values.items()}
        made = {key: _column(column) for key, column in sound.items()}
    return Batch(source, rows, {want: made[key] for want, key in chosen.items()}, reasons(len(kept), found))


def _column(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except pa.ArrowException:
        return pa.array([text(value) for value in values], pa.string())


def _records(stream: Source, chosen: Mapping[str, str], source: int, block: int) -> Iterator[Batch]:
    for rows, lines in _lines(stream, block):
        yield table(map(parsed, lines), numbers(rows), chosen, source)


def _lines(stream: Source, block: int) -> Iterator[tuple[list[int], list[bytes]]]:
    """The lines with something on them, and their numbers."""
    number = 1
    for data in _blocks(stream, block):
        lines = data.removesuffix(b"\n").split(b"\n")
        rows = [row for row, line in enumerate(lines, number) if line.strip(_SPACE)]
        yield rows, [lines[row - number] for row in rows] if len(rows) < len(lines) else lines
        number += len(lines)


def _blocks(stream: Source, block: int) -> Iterator[bytes]:
    """Whole lines, about `block` bytes at once, each but the file's last with its line feed.

    In the place of a line longer than MAX_LINE stands one that says so.
    """
    held = b""
    dropping = False
    start = True
    while data := stream.read(block):
        if start:
            start = False
            _refuse_utf16(data, stream.name)
            data = data.removeprefix(codecs.BOM_UTF8)
        if dropping:
            end = data.find(b"\n")
            if end < 0:
                continue
            dropping = False
            held, data = _TOO_LONG, data[end:]
        head, feed, tail = data.rpartition(b"\n")
        if feed:
            yield _shortened(held + head + feed)
            held = tail
        else:
            held += tail
        if len(held) > MAX_LINE:
            held, dropping = b"", True
    if dropping:
        held = _TOO_LONG
    if held:
        yield held


def _shortened(data: bytes) -> bytes:
    if len(data) <= MAX_LINE:
        return data
    return b"\n".join(line if len(line) <= MAX_LINE else _TOO_LONG for line in data.split(b"\n"))


def _refuse_utf16(data: bytes, file: str) -> None:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DatasetError(f"{file}: is in UTF-16: JSON Lines are UTF-8")


def _keys(stream: Source, wanted: Collection[str], names: Names, block: int) -> list[str]:
    """The keys of the file that may decide what is read as what: all of the first lines, sought ones in the rest."""
    keys: dict[str, None] = {}
    sampled = 0
    sought: Callable[[bytes], bool] | None = None
    for data in _blocks(stream, block):
        if sampled < _SAMPLE:
            lines = data.removesuffix(b"\n").split(b"\n")
            _add_keys(keys, lines[: _SAMPLE - sampled])
            data = b"\n".join(lines[_SAMPLE - sampled :])
            sampled += len(lines)
        if sampled >= _SAMPLE and sought is None:
            undecided = {name for want in wanted for name in takewhile(lambda n: n not in keys, names.of(want))}
            if not undecided:
                break
            sought = _search(undecided)
        if sought and sought(data):
            seen = len(keys)
            _add_keys(keys, filter(sought, data.split(b"\n")))
            sought = sought if len(keys) == seen else None
    return list(keys)


def _add_keys(keys: dict[str, None], lines: Iterable[bytes]) -> None:
    for line in lines:
        value = parsed(line)
        if isinstance(value, dict):
            keys.update(dict.fromkeys(value))


def _search(names: Collection[str]) -> Callable[[bytes], bool]:
    """Whether one of the names, in any case or with an escape in it, may be a key in some lines.

    One pass of RE2 for all names: a search for each would take longer than reading the records.
    """
    spelled = (json.dumps(name, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass") for name in sorted(names))
    either = "|".join("".join(f"\\x{{{byte:02x}}}" for byte in name) for name in spelled)
    pattern = rf'"(?i:{either})"[ \t\r]*:|\\[^"]*"[ \t\r]*:'
    return lambda data: _found(data, pattern)


def _found(data: bytes, pattern: str) -> bool:
    return bool(pc.match_substring_regex(pa.array([data], pa.binary()), pattern=pattern)[0].as_py())
