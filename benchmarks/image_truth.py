"""What is found in real files beside a reference: recall and precision by kind and place, with Pillow and exiftool.

    python benchmarks/image_truth.py FOLDER

The folder holds `truth.jsonl`, a line for each file with what a reference reader found in it, and the files. Nothing of
what the files hold is printed. exiftool is left out where it is not installed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from facelint.imagemeta import FileSource, read

KINDS = {"gps": "gps", "loc": "location_text", "serial": "serial_numbers", "owner": "owner_names",
         "person": "person_names", "contact": "contact"}  # fmt: skip
"""The reference's words and ours."""

Found = set[tuple[str, str]]
"""Kind and place."""


def ours(path: Path) -> Found:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        told = read(FileSource.of(descriptor))
    finally:
        os.close(descriptor)
    wanted = set(KINDS.values())
    found = {(one.kind.value, str(one.place)) for one in told.findings if one.kind.value in wanted}
    return found | {("gps", str(one.place)) for one in told.coordinates if one.state == "yes"}


def pillow(path: Path) -> Found:
    """EXIF with its GPS and Exif IFDs, and XMP as Pillow parses it."""
    from PIL import Image

    found: Found = set()
    try:
        with warnings.catch_warnings(), Image.open(path) as image:
            warnings.simplefilter("ignore")
            exif = image.getexif()
            own, gps = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
            xmp = str(image.getxmp()) if "xmp" in image.info else ""
    except Exception:  # whatever it raises on a file, it found nothing in it
        return found
    if gps.get(2) and gps.get(4) and any(map(float, (*gps[2], *gps[4]))):
        found.add(("gps", "exif"))
    if str(exif.get(0x013B, "")).strip() or str(own.get(0xA430, "")).strip():
        found.add(("owner_names", "exif"))
    if any(str(own.get(tag, "")).strip() for tag in (0xA431, 0xA435)):
        found.add(("serial_numbers", "exif"))
    for kind, names in _IN_XMP.items():
        if any(name in xmp for name in names):
            found.add((kind, "xmp"))
    return found


_IN_XMP = {
    "gps": ("GPSLatitude",), "location_text": ("'City'", "'Country'"), "serial_numbers": ("SerialNumber",),
    "owner_names": ("'creator'", "OwnerName"), "person_names": ("PersonInImage", "PersonDisplayName"),
    "contact": ("CiEmailWork", "CiTelWork", "CiAdr"),
}  # fmt: skip


def exiftool(path: Path) -> Found:
    """By the names of its tags; coordinates by both of them, not zero."""
    command = ["exiftool", "-j", "-a", "-n", "-ee", "-G1", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    tags: Mapping[str, Any] = json.loads(done.stdout)[0] if done.stdout else {}
    found: Found = set()
    located: dict[str, list[Any]] = defaultdict(list)
    for name, value in tags.items():
        group, _, tag = name.partition(":")
        if group in ("Composite", "File", "System", "ExifTool") or not str(value).strip():
            continue
        if tag in ("GPSLatitude", "GPSLongitude", "GPSCoordinates"):
            located[group].append(value)
        found |= {(kind, _place(group)) for kind, names in _TAGS.items() if re.fullmatch(names, tag)}
    found |= {("gps", _place(group)) for group, both in located.items() if len(both) > 1 and any(both)}
    return found


_TAGS = {
    "location_text": r"City|State|Province-State|Country(-PrimaryLocationName)?|Sub-location|Location.*",
    "serial_numbers": r".*SerialNumber",
    "owner_names": r"Artist|Author|Creator|By-line|(Camera)?OwnerName|XPAuthor|Photographer",
    "person_names": r"PersonInImage.*|Region(Name|PersonDisplayName)",
    "contact": r"CreatorWork(Email|Telephone|URL)|Creator(Address|City|Country|PostalCode|Region)",
}


def _place(group: str) -> str:
    if group.startswith("XMP"):
        return "xmp"
    if group.startswith("IPTC"):
        return "iptc"
    return {"IFD0": "exif", "IFD1": "exif", "ExifIFD": "exif", "GPS": "exif", "PNG": "png-text"}.get(group, group)


def wanted(row: Mapping[str, Any]) -> Found:
    found = {("gps", place) for place, state in row.get("gps", {}).items() if state == "yes"}
    found |= {("gps", "exif")} if row.get("gps_beyond") else set()
    for word, kind in KINDS.items():
        found |= {(kind, place) for place in row.get(word, ())} if word != "gps" else set()
    return {(kind, _our_place(place, row["file"])) for kind, place in found}


def _our_place(place: str, name: str) -> str:
    if name.endswith(".xmp"):
        return "sidecar"
    return "png-text" if place.startswith("png_") else place.partition(":")[0].replace("_", "-")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    readers: dict[str, Callable[[Path], Found]] = {"facelint": ours, "Pillow": pillow}
    if shutil.which("exiftool"):
        readers["exiftool"] = exiftool
    there = {row["file"]: wanted(row) for row in rows}
    told = {name: {row["file"]: reader(folder / row["file"]) for row in rows} for name, reader in readers.items()}
    print(f"{len(rows)} files; found of those that are there, and besides\n")
    by_kind(there, told)
    by_place(there, told["facelint"])


def by_kind(there: Mapping[str, Found], told: Mapping[str, Mapping[str, Found]]) -> None:
    """Whether a file holds anything of a kind, wherever."""
    print(f"{'in files':16} there  " + "  ".join(f"{name:>16}" for name in told))
    for kind in (*KINDS.values(), "any of these"):
        files = holding(there, kind)
        shown = []
        for found in told.values():
            mine = holding(found, kind)
            shown.append(f"{len(mine & files):>3} of {len(files):>2}, +{len(mine - files):<4}")
        print(f"{kind:16} {len(files):5}  " + "  ".join(f"{one:>16}" for one in shown))


def holding(found: Mapping[str, Found], kind: str) -> set[str]:
    return {file for file, entries in found.items() if any(kind in (one, "any of these") for one, _ in entries)}


def by_place(there: Mapping[str, Found], told: Mapping[str, Found]) -> None:
    print(f"\n{'facelint':16} {'place':12} there  found  besides")
    entries = {(file, *entry) for file, found in there.items() for entry in found}
    mine = {(file, *entry) for file, found in told.items() for entry in found}
    for kind, place in sorted({entry[1:] for entry in entries | mine}):
        here, got = _at(entries, kind, place), _at(mine, kind, place)
        print(f"{kind:16} {place:12} {len(here):5}  {len(here & got):5}  {len(got - here):7}")


def _at(entries: Iterable[tuple[str, str, str]], kind: str, place: str) -> set[str]:
    return {file for file, one, at in entries if (one, at) == (kind, place)}


if __name__ == "__main__":
    main()
