"""E-mail addresses in text."""

from __future__ import annotations

import re

from facelint.personal.detector import Detector, any_good
from facelint.personal.headers import Hint

SCREEN = r"""[^\s@](?:@|%40)[^\s@/:,;<>()"'\\]+\.[^\s@/:,;<>()"'\\.]"""

_LOCAL = r"[^\s@/:,;<>()\[\]\"'\\=&?|{}（）：，；、。]"
_ADDRESS = re.compile(
    rf"(?<!{_LOCAL})(?<!@)({_LOCAL}{{1,64}}?)(?:@|%40)((?:[^\W_](?:[\w-]{{0,61}}[^\W_])?\.){{1,8}}([^\W\d_]{{2,24}}|xn--[0-9a-z-]{{2,40}}))(?![\w@-])"
)
_FILES = frozenset(
    "jpg jpeg png gif webp bmp tif tiff heic heif avif svg ico json jsonl csv tsv txt xml yaml yml parquet npy npz"
    " pkl mp mov avi mkv html htm php js css zip tar gz rar pdf git".split()
)
"""Ends of file names, which are no top-level domains where mail goes (`logo@2x.png`)."""
_DENSITY = re.compile(r"[0-9]+x\.")


def holds(text: str, _: frozenset[Hint]) -> bool:
    return any_good("an e-mail address", _ADDRESS.finditer(text), _sane)


def _sane(found: re.Match[str]) -> bool:
    local, domain, top = found[1], found[2], found[3].lower()
    if top in _FILES or _DENSITY.match(domain):
        return False
    if local.lower() == "git" and found.string[found.end() : found.end() + 1] in (":", "/"):
        return False  # git@github.com:owner/repository is where code is, not where a person reads mail
    return not (local.startswith(".") or local.endswith(".") or ".." in local)


DETECTORS = (Detector("email", holds, SCREEN),)
