"""National ids of people in text, by their checksums.

An id counts anywhere when chance hardly writes one: a checksum with a date, a place or letters about it, or the
separators that people write it with. Where one random number in ten would pass, it counts only in a column headed as
one (`ssn`, `national_id`, 身份证, …). A bare `id` is no such header: it is the record's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module

from facelint.personal.detector import Detector, any_good
from facelint.personal.headers import Hint

Check = Callable[[str], bool]

_DAY = r"(?:0[1-9]|[12][0-9]|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"


def _china(text: str) -> bool:
    """GB 11643: region, day of birth, checksum.

    Not `stdnum.cn.ric.is_valid`, which refuses real ids: it wants the county to have existed in the year of birth,
    but ids were given out from 1984 on, under the county of that day, and knows no region 83 (residents from Taiwan).
    """
    from stdnum import numdb
    from stdnum.cn import ric

    number = text.upper()
    if number[-1] != ric.calc_check_digit(number) or not _is_day(number[6:14]):
        return False
    known = (properties for _, properties in numdb.get("cn/loc").info(number[:6]))
    return number.startswith("830000") or any("county" in properties for properties in known)


def _is_day(text: str) -> bool:
    from datetime import date

    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def _hong_kong(text: str) -> bool:
    """Letters count from A = 10, a missing first one 36; weights 9 to 2; the sum with the check digit is 0 mod 11."""
    body = text.upper().replace("(", "").replace(")", "").rjust(9)
    values = [36 if c == " " else int(c, 36) for c in body[:-1]]
    check = 10 if body[-1] == "A" else int(body[-1])
    return (sum(w * v for w, v in zip(range(9, 1, -1), values, strict=True)) + check) % 11 == 0


def _taiwan(text: str) -> bool:
    if not re.fullmatch(r"[A-Z][1289][0-9]{8}", text.upper()):
        return False
    first = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0].upper()) + 10
    digits = [first // 10, first % 10, *map(int, text[1:])]
    return sum(w * d for w, d in zip((1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), digits, strict=True)) % 10 == 0


def _china_in_its_column(text: str) -> bool:
    """Under a header that says so, also of 15 digits (until 1999, without a checksum)."""
    if re.fullmatch(rf"[1-8][0-9]{{5}}[0-9]{{2}}{_MONTH}{_DAY}[0-9]{{3}}", text):
        return True
    return bool(re.fullmatch(r"[1-9][0-9]{16}[0-9Xx]", text)) and _china(text)


def _by(module: str) -> Check:
    """A module of python-stdnum, loaded when a number first asks for it."""

    def check(text: str) -> bool:
        return bool(import_module(f"stdnum.{module}").is_valid(text))

    return check


DISTINCTIVE: dict[str, tuple[str, Check]] = {
    "China": (rf"[1-9][0-9]{{5}}(?:19|20)[0-9]{{2}}{_MONTH}{_DAY}[0-9]{{3}}[0-9Xx]", _china),
    "Hong Kong": (r"[A-Z]{1,2}[0-9]{6}\([0-9A]\)", _hong_kong),
    "Korea": (rf"[0-9]{{2}}{_MONTH}{_DAY}-[1-8][0-9]{{6}}", _by("kr.rrn")),
    "United States": (r"[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}", _by("us.ssn")),
    "India": (r"[2-9][0-9]{3} [0-9]{4} [0-9]{4}", _by("in_.aadhaar")),
    "Malaysia": (rf"[0-9]{{2}}{_MONTH}{_DAY}-[0-9]{{2}}-[0-9]{{4}}", _by("my.nric")),
    "Thailand": (r"[1-8]-[0-9]{4}-[0-9]{5}-[0-9]{2}-[0-9]", _by("th.pin")),
    "Brazil": (r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", _by("br.cpf")),
    "Chile": (r"[1-9][0-9]?\.[0-9]{3}\.[0-9]{3}-[0-9Kk]", _by("cl.rut")),
    "Mexico": (rf"[A-Z]{{4}}[0-9]{{2}}{_MONTH}{_DAY}[HMX][A-Z]{{5}}[0-9A-Z][0-9]", _by("mx.curp")),
    "Italy": (r"[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-7][0-9][A-Z][0-9]{3}[A-Z]", _by("it.codicefiscale")),
    "Spain": (r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}-[A-Z]", _by("es.dni")),
    "Spain, of foreigners": (r"[XYZ]-[0-9]{7}-[A-Z]", _by("es.nie")),
    "France": (rf"[1-478] [0-9]{{2}} {_MONTH} [0-9][0-9AB] [0-9]{{3}} [0-9]{{3}} [0-9]{{2}}", _by("fr.nir")),
    "Germany": (r"[1-9][0-9] [0-9]{3} [0-9]{3} [0-9]{3}", _by("de.idnr")),
    "Switzerland": (r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", _by("ch.ssn")),
    "Belgium": (rf"[0-9]{{2}}\.{_MONTH}\.{_DAY}-[0-9]{{3}}\.[0-9]{{2}}", _by("be.nn")),
    "Finland": (r"[0-3][0-9][01][0-9]{3}[-+A][0-9]{3}[0-9A-FHJ-NPR-Y]", _by("fi.hetu")),
}
"""Country to the form that counts anywhere, and its check. The pattern is of both RE2 and `re`."""

IN_ITS_COLUMN: tuple[Check, ...] = (
    _china_in_its_column,
    _taiwan,
    *(
        _by(module)
        for module in (
            "at.vnr", "au.tfn", "be.nn", "bg.egn", "br.cpf", "ca.sin", "ch.ssn", "cl.rut", "cz.rc", "de.idnr",
            "dk.cpr", "ee.ik", "es.dni", "es.nie", "fi.hetu", "fr.nir", "gb.nhs", "gr.amka", "hr.oib", "id.nik",
            "il.idnr", "in_.aadhaar", "in_.pan", "it.codicefiscale", "jp.in_", "kr.rrn", "lt.asmens", "mx.curp",
            "my.nric", "nl.bsn", "no.fodselsnummer", "pl.pesel", "pt.cc", "ro.cnp", "se.personnummer", "th.pin",
            "tr.tckimlik", "us.itin", "us.ssn", "za.idnr",
        )
    ),
)  # fmt: skip

SCREEN = r"(?:^|[^0-9A-Za-z])(?:" + "|".join(pattern for pattern, _ in DISTINCTIVE.values()) + r")(?:$|[^0-9A-Za-z])"

_DISTINCTIVE = {
    country: re.compile(rf"(?<![0-9A-Za-z])(?<![0-9][-. ])(?:{pattern})(?![0-9A-Za-z])(?![-. ][0-9])")
    for country, (pattern, _) in DISTINCTIVE.items()
}
_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z](?:[0-9A-Za-z]|[ .\-/](?=[0-9A-Za-z])){6,24}(?![0-9A-Za-z])")
_KIND = "a national id"


def holds(text: str, _: frozenset[Hint]) -> bool:
    for country, pattern in _DISTINCTIVE.items():
        check = DISTINCTIVE[country][1]
        if any_good(_KIND, (found[0] for found in pattern.finditer(text)), check):
            return True
    return False


def headed(text: str, _: frozenset[Hint]) -> bool:
    return any_good(_KIND, _NUMBER.finditer(re.sub(r"\.0+\s*\Z", "", text)), _some_country)


def _some_country(found: re.Match[str]) -> bool:
    number = re.sub(r"[ .\-/]", "", found[0])
    if sum(c.isdigit() for c in number) < 4:
        return False
    return any(check(number) for check in IN_ITS_COLUMN)


DETECTORS = (
    Detector("national_id", holds, SCREEN),
    Detector("national_id", headed, hints=frozenset([Hint.NATIONAL_ID])),
)
