"""What the header of a column, or the key before a value, tells of the values."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise


class Hint(StrEnum):
    PHONE = "phone"
    NATIONAL_ID = "national_id"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    POSITION = "position"
    PERSON_NAME = "person_name"
    IDENTIFIER = "identifier"
    """Ids, paths, digests, counts, times: a plain run of digits there is no phone number."""
    VECTOR = "vector"
    """Boxes, landmarks, angles, scores: a pair of decimals there is no place."""


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W0-9_A-Za-z]+")

_PHONE = frozenset(
    "phone phones mobile tel telephone cellphone mobilephone phonenumber phoneno phonenum mobileno msisdn whatsapp fax"
    " telefon telefono telefone téléphone telephon handynummer celular móvil movil".split()
)
_NOT_PHONE = frozenset(
    "model brand make maker os type app version camera device id uid hash md5 sha1 sha256 date time timestamp at count"
    " len length size verified prefix photo image file path".split()
)
_NATIONAL_ID = frozenset(
    "ssn nationalid idcard idno idnumber idnum citizenid personnummer personnumer fodselsnummer cpr cpf dni bsn pesel"
    " rrn aadhaar aadhar curp codicefiscale nric hkid mynumber burgerservicenummer steuerid idnr rut".split()
)
_NATIONAL_ID_PAIRS = frozenset(
    [("national", "id"), ("id", "card"), ("id", "number"), ("id", "no"), ("id", "num"), ("citizen", "id"),
     ("identity", "card"), ("identity", "number"), ("identity", "no"), ("personal", "number"), ("personal", "code"),
     ("personal", "id"), ("social", "security"), ("codice", "fiscale"), ("my", "number"), ("tax", "id"),
     ("resident", "id"), ("national", "number"), ("nhs", "number"), ("government", "id"), ("gov", "id")]
)  # fmt: skip
_NOT_NATIONAL_ID = frozenset("hash type verified md5 sha1 sha256 date time at region country".split())
_NAME = frozenset(
    "name fullname firstname lastname realname givenname familyname middlename surname forename legalname personname"
    " subjectname studentname employeename customername patientname chinesename englishname namezh nameen namecn"
    " vorname nachname prénom prenom nom nombre apellido apellidos cognome 姓名 真实姓名 真實姓名 真名 全名 名字 姓"
    " 人名 氏名 이름 성명".split()
)
_IDENTIFIER = frozenset(
    "id ids uid uuid guid key index idx no num number nr sku order code serial sn hash size bytes width height time"
    " timestamp ts date at count seed price frame photo flickr image img file filename path url uri link crc md5 sha1"
    " sha256 offset version row line record asset barcode isbn ean upc batch checksum digest 编号 编码 序号 订单 单号"
    " 時間 时间 番号".split()
)
_VECTOR = frozenset(
    "bbox box boxes bboxes landmark landmarks keypoint keypoints point points embedding embeddings feature features"
    " pose gaze yaw pitch roll angle angles mean std score scores prob probs probability vector valence arousal emotion"
    " crop rect roi eye eyes nose mouth center centre xy xywh xyxy resolution dpi scale size ratio quality rgb hsv"
    " lab weight weights loss logits confidence".split()
)
_GEO = frozenset("gps exif geo".split())
_POSITION = frozenset(
    "gps latlon latlng latlong lonlat geo geolocation geotag gpsposition gpsinfo gpscoordinates".split()
)
_POSITION_PAIRS = frozenset([("lat", "lon"), ("lat", "lng"), ("lat", "long"), ("lon", "lat"), ("lng", "lat"),
                             ("latitude", "longitude")])  # fmt: skip
_NOT_POSITION = frozenset("altitude date time stamp datestamp timestamp version speed status track direction dop ref"
                          " img map datum error".split())  # fmt: skip
_PHONE_CJK = ("手机", "手機", "电话", "電話", "联系方式", "聯絡方式", "휴대폰", "전화", "携帯")
_ID_CJK = ("身份证", "身份證", "证件号", "證件號", "公民身份", "주민등록", "マイナンバー", "个人番号", "個人番号")


@lru_cache(maxsize=10_000)
def hints(header: str) -> frozenset[Hint]:
    """What a header tells, whatever its case and punctuation; camelCase is read as words."""
    header = header[:200]
    words = tuple(word.lower() for word in _WORD.findall(header))
    some, last = frozenset(words), words[-1] if words else ""
    pairs = frozenset(pairwise(words))
    whole = "".join(words)
    found = set()
    if (some & _PHONE or whole in _PHONE or _among(header, _PHONE_CJK)) and not some & _NOT_PHONE:
        found.add(Hint.PHONE)
    if {"contact", "number"} <= some and not some & _NOT_PHONE:
        found.add(Hint.PHONE)
    listed = some & _NATIONAL_ID or whole in _NATIONAL_ID or pairs & _NATIONAL_ID_PAIRS or _among(header, _ID_CJK)
    if listed and not some & _NOT_NATIONAL_ID:
        found.add(Hint.NATIONAL_ID)
    if whole in _NAME:
        found.add(Hint.PERSON_NAME)
    if pairs & _POSITION_PAIRS or "经纬度" in header or "經緯度" in header:
        found.add(Hint.POSITION)
    elif last in ("lat", "latitude") or header.endswith(("纬度", "緯度")):
        found.add(Hint.LATITUDE)
    elif last in ("lon", "lng", "longitude") or (last == "long" and some & _GEO) or header.endswith(("经度", "經度")):
        found.add(Hint.LONGITUDE)
    elif (some & _POSITION or whole in _POSITION) and not some & _NOT_POSITION:
        found.add(Hint.POSITION)
    if some & _IDENTIFIER or _among(header, ("编号", "编码", "序号", "订单", "单号", "番号")):
        found.add(Hint.IDENTIFIER)
    if some & _VECTOR:
        found.add(Hint.VECTOR)
    return frozenset(found)


def _among(header: str, words: tuple[str, ...]) -> bool:
    return any(word in header for word in words)


_KEY = re.compile(r"""([^\W0-9][\w.\- ]{0,40})["'\\]*\s{0,3}[:=：]\s{0,3}["'\\(\[]*\Z""")


def key_before(text: str, at: int) -> frozenset[Hint] | None:
    """What the key before a value tells (`phone: …`, `"bbox": […`, `tel=…`); None where there is no key."""
    key = _KEY.search(text[max(0, at - 60) : at])
    return hints(key[1].rstrip()) if key else None
