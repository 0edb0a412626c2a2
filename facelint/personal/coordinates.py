"""Places in text: pairs of decimal degrees, degrees with minutes, links into maps, and EXIF written out as text.

Crawlers keep a picture's EXIF in a column of its own, where coordinates outlive the cleaning of the picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from facelint.personal.detector import Detector, any_good
from facelint.personal.headers import Hint, key_before

_GPS_KEY = r"GPS ?(?:Dest ?)?(?:Latitude|Longitude|Position|Coordinates)"
_HEMISPHERE = "NSEWnsew北南东東西"

_DEGREES = r"[+\-−]?[0-9]{1,3}\.[0-9]{3,30}"
_BEFORE = (
    r"(?:^|[^0-9A-Za-z_\s,;|/.+\-−°\[(\])]|[A-Za-z_][\s,;|/]{1,4})"
    r"""["'\s]{0,3}[\[(]?\s{0,3}"""
)
_BETWEEN = r"°?(?:\s{0,3}[,;/|]\s{0,3}|%2[Cc]|\s{1,3})"
_AFTER = (
    r"°?\s{0,3}[\])]?\s{0,3}"
    r"(?:$|[^0-9A-Za-z_\s,;|/.+\-−°\[(\])]|[,;|/]\s{0,3}[^0-9\s,;|/.+\-−\[(]|\s[A-Za-z_]|\.(?:$|\s))"
)
"""About a pair that is by itself: of more numbers in a row, or of several pairs, none is a place (boxes, landmarks,
embeddings, and all of them are common beside faces)."""
_ISO_6709 = r"[+\-][0-9]{2}\.[0-9]{3,30}[+\-][0-9]{3}\.[0-9]{3,30}"

_PAIR = re.compile(rf"{_BEFORE}(?P<one>{_DEGREES}){_BETWEEN}(?P<other>{_DEGREES})(?={_AFTER})")
_SIGNED = re.compile(rf"(?<![0-9A-Za-z.])(?={_ISO_6709})([+\-][0-9.]+)([+\-][0-9.]+)")
_HEMISPHERES = re.compile(
    rf"(?<![\w.])(?:([{_HEMISPHERE}])\s?)?([0-9]{{1,3}}\.[0-9]{{3,30}})\s?°?\s?([{_HEMISPHERE}])?[\s,;/]{{1,3}}"
    rf"(?:([{_HEMISPHERE}])\s?)?([0-9]{{1,3}}\.[0-9]{{3,30}})\s?°?\s?([{_HEMISPHERE}])?(?![\w.])"
)
_DMS = re.compile(
    rf"([{_HEMISPHERE}][纬緯经經]?\s?)?(?<![0-9.])([0-9]{{1,3}})\s{{0,2}}(?:[°º度]|deg)\s{{0,2}}([0-9]{{1,2}}(?:\.[0-9]{{1,12}})?)\s{{0,2}}(?:['′’‘分]|\\')"
    rf"(?:\s{{0,2}}([0-9]{{1,2}}(?:\.[0-9]{{1,12}})?)\s{{0,2}}(?:\\?\"|″|”|''|′′|秒))?\s{{0,2}}([{_HEMISPHERE}](?![A-Za-z]))?"
)
_GEO = re.compile(r"(?<![A-Za-z])geo:(-?[0-9]{1,2}(?:\.[0-9]{1,30})?),(-?[0-9]{1,3}(?:\.[0-9]{1,30})?)")
_MAP = re.compile(
    r"(?:@|[?&](?:q|ll|sll|query|center|destination|origin|daddr|saddr|cbll|location|marker|coord|loc)=(?:loc:)?)"
    r"(-?[0-9]{1,3}\.[0-9]{2,30})(?:,|%2[Cc])(-?[0-9]{1,3}\.[0-9]{2,30})"
)
_PINNED = re.compile(r"!3d(-?[0-9]{1,2}\.[0-9]{2,30})!4d(-?[0-9]{1,3}\.[0-9]{2,30})")
_SAYS = r"""["'\\]{0,4}\s{0,3}(?:[:=>]|=>)\s{0,3}"""
_NAMED = re.compile(
    rf"""(?i)(?<![A-Za-z])(?:lat|latitude){_SAYS}["'\\]{{0,3}}(-?[0-9]{{1,2}}\.[0-9]{{2,30}})["'\\]{{0,3}}"""
    rf"""[\s,;&|]{{1,5}}(?:amp;)?["'\\]{{0,3}}(?:lon|lng|long|longitude){_SAYS}["'\\]{{0,3}}(-?[0-9]{{1,3}}\.[0-9]{{2,30}})"""
)
_VALUE = _SAYS + (
    r"""(?=(?P<value>\\{0,3}["'].{0,200}|[\[({].{0,300}|[^\s,;&}\]]{1,80}|[A-Za-z(].{0,200}))"""
)  # looked at and not consumed: the next key may stand in it
_EXIF = re.compile(rf"(?s){_GPS_KEY}{_VALUE}")
_BLOCK = re.compile(
    r"""(?s)(?:GPSInfo|(?<![A-Za-z])GPS|(?<![0-9])34853)["'\\]{0,4}\s{0,3}:\s{0,3}(?=(?P<body>\{.{0,1500}))"""
)
_BLOCK_VALUE = re.compile(rf"""(?s)(?<![\w.])b?["'\\]{{0,4}}(?:2|4|(?i:latitude|longitude|lat|lon|lng)){_VALUE}""")
_FRACTION = re.compile(r"([0-9.]+)\s{0,2}/\s{0,2}[0-9.]+|[\[(]\s{0,2}([0-9.]+)\s{0,2},\s{0,2}[0-9.]+\s{0,2}[\])]")
_DENOMINATOR = re.compile(r"""(?i)["'\\]{0,3}(?:denominator|den)["'\\]{0,3}\s{0,2}[:=]\s{0,2}[0-9]+""")
_OFFSET = re.compile(r"(?i)@\s{0,2}[0-9]+|0x[0-9a-f]+")
_DEGREE_TEXT = re.compile(r"[\s0-9.,;:/+\-−°º'′’\"″”()\[\]NSEWnsew北南东東西度分秒纬緯经經deg]*\Z")
_LOOSE_PAIR = re.compile(
    r"[\s(\[{\"']*([+-]?[0-9]{1,3}(?:\.[0-9]{0,30})?)[°\s]*[,;/|\s]\s*([+-]?[0-9]{1,3}(?:\.[0-9]{0,30})?)[°\s)\]}\"']*\Z"
)
_KIND = "coordinates"


def pairs(text: str, told: frozenset[Hint]) -> bool:
    return Hint.VECTOR not in told and any_good(_KIND, _PAIR.finditer(text), _lone_place)


def exif(text: str, _: frozenset[Hint]) -> bool:
    return any_good(_KIND, _EXIF.finditer(text), lambda found: _states(found["value"])) or any_good(
        _KIND, _BLOCK.finditer(text), _block_states
    )


def written(pattern: re.Pattern[str], good: Callable[[re.Match[str]], bool]) -> Callable[[str, frozenset[Hint]], bool]:
    """What holds wherever a match of `pattern` is good."""
    return lambda text, _: any_good(_KIND, pattern.finditer(text), good)


_DEGREE_HINTS = frozenset([Hint.LATITUDE, Hint.LONGITUDE, Hint.POSITION])


def headed(text: str, told: frozenset[Hint]) -> bool:
    """A plausible number, a pair, or degrees in parts; not zero, nor the -1 that stands for *none*.

    What is longer than any of those is searched like the text of other columns.
    """
    if len(text) > 200:
        return False
    number = _number(text.strip())
    if Hint.POSITION in told:
        pair = _LOOSE_PAIR.match(text)
        if pair:
            return _place(pair[1], pair[2], land=False)
        return number is None and _parts(text) >= 3 and _states(text)
    if number is not None:
        return 0 < abs(number) <= (90 if Hint.LATITUDE in told else 180) and number != -1
    return _parts(text) >= 2 and _states(text)


def _parts(text: str) -> int:
    """How many numbers a text holds that is all degrees, minutes and seconds; 0 if it is anything else."""
    return len(re.findall(r"[0-9]+(?:\.[0-9]+)?", text)) if _DEGREE_TEXT.match(text) else 0


def _number(text: str) -> float | None:
    try:
        return float(text.replace("−", "-").replace("%2C", ","))
    except ValueError:
        return None


def _place(one: str, other: str, land: bool = True) -> bool:
    """Whether two numbers are a latitude and a longitude, in either order.

    With `land`, not both below one degree, where there is open sea, but scores and shares abound; nor both whole.
    """
    a, b = _number(one), _number(other)
    if a is None or b is None or not (a or b) or a == b == -1:
        return False
    if not ((abs(a) <= 90 and abs(b) <= 180) or (abs(a) <= 180 and abs(b) <= 90)):
        return False
    return not land or (max(abs(a), abs(b)) >= 1 and not (a.is_integer() and b.is_integer()))


def _lone_place(found: re.Match[str]) -> bool:
    """Parted by space alone, a pair counts in `POINT (…)` or as the whole cell: tables of numbers look the same."""
    between = found.string[found.end("one") : found.start("other")]
    if between.isspace() and "POINT" not in found.string[max(0, found.start() - 8) : found.start("one")]:
        alone = found[0].strip() == found.string.strip()
        if not alone or found["one"].endswith("00") or found["other"].endswith("00"):
            return False
    told = key_before(found.string, found.start("one"))
    return Hint.VECTOR not in (told or ()) and _place(found["one"], found["other"])


def _named_place(found: re.Match[str]) -> bool:
    return _place(found[1], found[2])


def _with_hemispheres(found: re.Match[str]) -> bool:
    """One letter of each number, at the same side."""
    if not (found[1] and found[4]) and not (found[3] and found[6]):
        return False
    return _place(found[2], found[5])


def _angle(found: re.Match[str]) -> bool:
    """Degrees and minutes with their hemisphere; not all zero."""
    if not found[1] and not found[5]:
        return False
    degrees, minutes, seconds = (float(part or 0) for part in found.group(2, 3, 4))
    return degrees <= 180 and minutes < 60 and seconds <= 60 and degrees + minutes + seconds > 0


def _block_states(found: re.Match[str]) -> bool:
    """EXIF's GPS block by its tag numbers, 2 and 4, or by plain names; the body ends where its brace closes."""
    return any(_states(value["value"]) for value in _BLOCK_VALUE.finditer(_closed(found["body"])))


def _states(value: str) -> bool:
    """Whether a value of EXIF, however written, is anything but empty and zero."""
    value = _DENOMINATOR.sub("", _OFFSET.sub("", _one_value(value)))
    value = _FRACTION.sub(lambda part: part[1] or part[2], value)
    return re.search(r"[1-9]", value) is not None


def _one_value(text: str) -> str:
    """The head of `text` that is one value: a quoted text, a bracketed one, or up to the next comma."""
    bare = text.lstrip("\\")
    if bare[:1] in ("[", "(", "{"):
        return _closed(bare)
    if bare[:1] in ('"', "'"):
        inner = bare[1:]
        if inner[:1] in ("[", "("):
            return _closed(inner)
        end = re.search(rf"(?<!\d){bare[0]}|{bare[0]}(?=\s*[,}}\]]|\s*\Z)", inner)
        return inner[: end.start()] if end else inner
    if "(" in bare[:20]:
        return _closed(bare)
    return re.split(r"[,;&}\]\n<](?![0-9])", bare, maxsplit=1)[0]


def _closed(text: str) -> str:
    """Up to the bracket that closes the first one."""
    return text[: next(_ends(text), len(text))]


def _ends(text: str) -> Iterator[int]:
    depth = 0
    for at, c in enumerate(text):
        if c in "[({":
            depth += 1
        elif c in "])}":
            depth -= 1
            if depth <= 0:
                yield at + 1


_FORMS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    (rf"(?:^|[^0-9A-Za-z.]){_ISO_6709}", _SIGNED, _named_place),
    (rf"\.[0-9]{{3,}} ?°? ?[{_HEMISPHERE}]|[{_HEMISPHERE}] ?[0-9]{{1,3}}\.[0-9]{{3}}", _HEMISPHERES, _with_hemispheres),
    (r"[0-9]\s{0,2}(?:[°º度]|deg\b)\s{0,2}[0-9]", _DMS, _angle),
    (r"geo:-?[0-9]", _GEO, _named_place),
    (r"(?:@|[?&][a-z]{1,11}=(?:loc:)?)-?[0-9]{1,3}\.[0-9]{2,}(?:,|%2[Cc])-?[0-9]", _MAP, _named_place),
    (r"!3d-?[0-9]", _PINNED, _named_place),
    (r"""(?i:(?:^|[^A-Za-z])(?:lat|latitude)["'\\]{0,3}\s{0,3}[:=])""", _NAMED, _named_place),
)
"""Screen, pattern, and what is asked of a match."""

DETECTORS = (
    Detector("coordinates", exif, rf"""{_GPS_KEY}|(?:GPSInfo|GPS|34853)["'\\]*\s*:\s*\{{"""),
    Detector("coordinates", pairs, rf"{_BEFORE}{_DEGREES}{_BETWEEN}{_DEGREES}(?:{_AFTER})"),
    *(Detector("coordinates", written(pattern, good), screen) for screen, pattern, good in _FORMS),
    Detector("coordinates", headed, hints=_DEGREE_HINTS),
)
