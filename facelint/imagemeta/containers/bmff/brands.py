"""What a file is by its brands (ISO/IEC 14496-12, 4.3), or by how its main picture is coded."""

from __future__ import annotations

_BRANDS = {
    **dict.fromkeys(("avif", "avis"), "avif"),
    **dict.fromkeys(("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"), "heic"),
    **dict.fromkeys(("avci", "avcs", "jpeg", "jpgs", "j2ki", "j2is", "vvic", "vvis", "evbi", "evbs", "unif"), "heif"),
    "crx ": "cr3",
    "jxl ": "jxl",
    **dict.fromkeys(("jp2 ", "jpx ", "jpm ", "mjp2", "jph "), "jp2"),
    "qt  ": "mov",
    **dict.fromkeys(("isom", "avc1", "mmp4", "MSNV", "NDAS", "XAVC", "CAEP", "f4v ", "dash", "nvr1", "niko"), "mp4"),
}
_FAMILIES = {"mp4": "mp4", "iso": "mp4", "M4": "mp4", "3g": "mp4", "F4": "mp4"}
_CODECS = {b"av01": "avif", b"hvc1": "heic", b"hev1": "heic"}
GENERIC = frozenset(("mif1", "mif2", "mif3", "msf1", "miaf", "1pic", "pict"))


def format_of(brands: tuple[str, ...], codec: bytes) -> str:
    """By the first brand; where that names no coding, by that of the main picture, then by the other brands."""
    first = _named(brands[0]) if brands else ""
    if first or not brands:
        return first or _CODECS.get(codec, "")
    others = [name for name in map(_named, brands[1:]) if name]
    if brands[0] in GENERIC or codec:
        others = [name for name in others if name not in ("mp4", "mov")]
        return _CODECS.get(codec) or next(iter(others), "heif")
    return next(iter(others), "mp4")


def _named(brand: str) -> str:
    if brand in _BRANDS:
        return _BRANDS[brand]
    return next((name for start, name in _FAMILIES.items() if brand.startswith(start)), "")
