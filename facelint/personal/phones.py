"""Phone numbers in text.

A number counts when it is written as one: with its country's code, with the separators of its country, or as a bare
mobile number of mainland China that stands alone. A bare run of digits in a file name or an id is none: Flickr's photo
ids, too, have eleven digits that start with 1[3-9]. In a column headed `phone` any seven to fifteen digits count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from facelint.personal.detector import Detector, any_good
from facelint.personal.headers import Hint, key_before

NATIONAL = {
    "CN": (r"(?:86[- ])?1[3-9][0-9][- ][0-9]{4}[- ][0-9]{4}", r"\(0[1-9][0-9]{1,2}\) ?[0-9]{7,8}",
           r"0[1-9][0-9]{1,2}[- ][0-9]{7,8}", r"0[1-9][0-9]{1,2}[- ][0-9]{4}[- ][0-9]{4}"),
    "US": (r"\([2-9][0-9]{2}\) ?[2-9][0-9]{2}[-. ][0-9]{4}",
           *(rf"(?:1{s})?[2-9][0-9]{{2}}{s}[2-9][0-9]{{2}}{s}[0-9]{{4}}" for s in ("-", r"\.", " "))),
    "GB": (r"0[1-9][0-9] [0-9]{4} [0-9]{4}", r"0[1-9][0-9]{2} [0-9]{3} [0-9]{4}", r"0[1-9][0-9]{3} [0-9]{6}",
           r"07[0-9]{3} [0-9]{3} [0-9]{3}"),
    "FR": tuple(rf"0[1-9](?:{s}[0-9]{{2}}){{4}}" for s in (" ", r"\.", "-")),
    "DE": (r"0[1-9][0-9]{1,3} [0-9]{6,8}",),
    "JP": (r"0[0-9]0-[0-9]{4}-[0-9]{4}", r"0[1-9]-[0-9]{4}-[0-9]{4}", r"0[1-9][0-9]-[0-9]{3}-[0-9]{4}"),
    "KR": (r"01[016789]-[0-9]{3,4}-[0-9]{4}", r"02-[0-9]{3,4}-[0-9]{4}", r"0[3-6][0-9]-[0-9]{3,4}-[0-9]{4}"),
    "TW": (r"09[0-9]{2}[- ][0-9]{3}[- ][0-9]{3}", r"0[2-8] [0-9]{4} [0-9]{4}"),
    "AU": (r"04[0-9]{2} [0-9]{3} [0-9]{3}", r"\(0[2378]\) [0-9]{4} [0-9]{4}"),
    "BR": (r"\([1-9][0-9]\) ?9?[0-9]{4}-[0-9]{4}",),
    "RU": (r"8 ?\([0-9]{3}\) ?[0-9]{3}-[0-9]{2}-[0-9]{2}", r"8[- ][0-9]{3}[- ][0-9]{3}-[0-9]{2}-[0-9]{2}"),
}  # fmt: skip
"""By region, the ways of writing that need no country code: distinctive enough beside dates, versions and ids."""

_MOBILE = r"(?:0086[- ]?)?1[3-9][0-9]{9}"
_ABROAD = r"\+[1-9][0-9 ().\-]{5,22}[0-9]"
_SCREEN_ABROAD = r"\+[1-9](?:[ ().\-]{0,2}[0-9]){6}"
_SCREEN_BARE = rf"(?:^|[^0-9A-Za-z_./+#@\-]){_MOBILE}(?:$|[^0-9A-Za-z_/#@\-])"
_SCREEN_SEPARATED = (
    r"(?:^_?|[^0-9A-Za-z_/=#.+\-]|[^0-9A-Za-z]_)(?:"
    + "|".join(pattern for patterns in NATIONAL.values() for pattern in patterns)
    + r")(?:$|[^0-9A-Za-z])"
)

_PICTURE = r"\.(?i:jpe?g|png|webp|gif|bmp|tiff?|heic)\b"
_AFTER = rf"(?![0-9A-Za-z])(?!\.[0-9])(?:(?![-._/=][0-9A-Za-z])|(?={_PICTURE}))"
_INTERNATIONAL = re.compile(rf"(?<![0-9A-Za-z+]){_ABROAD}(?![0-9A-Za-z])(?!\.[0-9])")
_DECIMAL = re.compile(r"\+[0-9]+\.[0-9]+\Z")
_SEPARATED = {
    region: re.compile(
        rf"(?<![0-9A-Za-z/=#.+\-])(?<![0-9A-Za-z]_)(?<![0-9]\ )(?:{'|'.join(patterns)}){_AFTER}(?!\ [0-9])"
    )
    for region, patterns in NATIONAL.items()
}
_BARE = re.compile(rf"(?<![0-9A-Za-z_./+#@\-]){_MOBILE}(?![0-9A-Za-z_/#@\-])(?!\.[0-9A-Za-z])")
_CALLED = re.compile(
    r"(?i)(?:\b(?:id|ids|no|nr|num|sku|order|ref|sn|code|photo|image|file|flickr|row|batch)|#|编号|订单|单号|序号)[\s.:#\"']*\Z"
)
_NUMBER = re.compile(r"\+?\(?[0-9][0-9 ().\-/]{4,22}[0-9]")
_KIND = "a phone number"


def abroad(text: str, _: frozenset[Hint]) -> bool:
    return any_good(_KIND, _INTERNATIONAL.finditer(text), _dialable_abroad)


def separated(text: str, _: frozenset[Hint]) -> bool:
    return any(
        any_good(_KIND, (found[0] for found in pattern.finditer(text)), partial(_valid, region=region))
        for region, pattern in _SEPARATED.items()
    )


def bare(text: str, told: frozenset[Hint]) -> bool:
    return Hint.IDENTIFIER not in told and any_good(_KIND, _BARE.finditer(text), _stands_alone)


def headed(text: str, _: frozenset[Hint]) -> bool:
    return any_good(_KIND, _NUMBER.finditer(_whole(text)), _countable)


def _whole(text: str) -> str:
    """Data frames write whole numbers as `13800001111.0`."""
    return re.sub(r"\.0+\s*\Z", "", text)


def _countable(found: re.Match[str]) -> bool:
    """Seven digits to fifteen (E.164), not all the same."""
    digits = [c for c in found[0] if c.isdigit()]
    return 7 <= len(digits) <= 15 and len(set(digits)) > 1 and not _bounded(found)


def _bounded(found: re.Match[str]) -> bool:
    """Whether the number is only a part of a word or of a longer number."""
    text, start, end = found.string, found.start(), found.end()
    return text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()


def _dialable_abroad(found: re.Match[str]) -> bool:
    """The longest head of the match, cut where groups end, that is a number; what follows it may be another thing."""
    if _DECIMAL.match(found[0]):
        return False
    return any(_valid(head, None) for head in _heads(found[0]))


def _heads(text: str) -> Iterator[str]:
    yield text
    for cut in [at for at, c in enumerate(text) if c in " ("][:0:-1]:
        yield text[:cut]


def _valid(text: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def _stands_alone(found: re.Match[str]) -> bool:
    """A bare mobile number: the whole cell or a word of it, and not what the words before call an id."""
    told = key_before(found.string, found.start())
    if told is not None:
        return Hint.PHONE in told
    if _CALLED.search(found.string[max(0, found.start() - 16) : found.start()]):
        return False
    return _valid(found[0][-11:], "CN")


DETECTORS = (
    Detector("phone", headed, hints=frozenset([Hint.PHONE])),
    Detector("phone", abroad, _SCREEN_ABROAD),
    Detector("phone", separated, _SCREEN_SEPARATED),
    Detector("phone", bare, _SCREEN_BARE),
)
