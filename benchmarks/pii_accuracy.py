"""How well personal data is found in a manifest: precision and recall for each kind, planted in 1 % of the rows each.

    python benchmarks/pii_accuracy.py [--rows 100000] [--seed 1]

Then the time that a search takes over a million rows of a usual manifest.

Every row also holds what resembles personal data and is none: ids of digits, timestamps, digests, prices, versions,
article numbers grouped like phone numbers, uuids, file names and addresses with digits, boxes, landmarks, embeddings.
The second table shows what the search does not promise: forms that it misses, and a number that may be anything.
The author of the search wrote the generator too: figures say that it does what it means to, not what others' data hold.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import numpy as np
import phonenumbers
import pyarrow as pa
from stdnum import numdb, verhoeff
from stdnum.br import cpf
from stdnum.cn import ric
from stdnum.es import dni
from stdnum.kr import rrn
from stdnum.nl import bsn
from stdnum.pl import pesel

from facelint.facts import RECORD_FACTS
from facelint.personal import KINDS
from facelint.probes.pii import searched

Row = dict[str, str]
Make = Callable[[random.Random], str]
Variant = tuple[str, str, Make]
"""How it is called, the column that it is planted in, and how one is made."""


def digits(r: random.Random, n: int, first: str = "123456789") -> str:
    return r.choice(first) + "".join(r.choices("0123456789", k=n - 1))


def born(r: random.Random) -> date:
    return date(1940, 1, 1) + timedelta(days=r.randrange(25_000))


def regions() -> list[str]:
    known = numdb.get("cn/loc")
    codes = [f"{p}{c:04d}" for p in range(11, 66) for c in range(100, 3000)]
    return [code for code in codes if any("county" in properties for _, properties in known.info(code))]


REGIONS = regions()


def china(r: random.Random) -> str:
    body = f"{r.choice(REGIONS)}{born(r):%Y%m%d}{r.randrange(1000):03d}"
    return body + ric.calc_check_digit(body + "0")


def korea(r: random.Random) -> str:
    body = f"{born(r):%y%m%d}{r.choice('12')}{r.randrange(97):02d}{r.randrange(100):02d}{r.randrange(10)}"
    place = f"{r.randrange(97):02d}"
    body = body[:7] + place + body[9:12]
    return f"{body[:6]}-{body[6:]}{rrn.calc_check_digit(body)}"


def america(r: random.Random) -> str:
    return (
        f"{r.choice([n for n in range(1, 900) if n != 666]):03d}-{r.randrange(1, 100):02d}-{r.randrange(1, 10000):04d}"
    )


def brazil(r: random.Random) -> str:
    body = digits(r, 9)
    return cpf.format(body + cpf._calc_check_digits(body))


def aadhaar(r: random.Random) -> str:
    body = digits(r, 11, "23456789")
    whole = body + verhoeff.calc_check_digit(body)
    return f"{whole[:4]} {whole[4:8]} {whole[8:]}"


def poland(r: random.Random) -> str:
    body = f"{date(1940, 1, 1) + timedelta(days=r.randrange(21_000)):%y%m%d}{digits(r, 4)}"
    return body + pesel.calc_check_digit(body)


def netherlands(r: random.Random) -> str:
    while True:
        body = digits(r, 8)
        for last in "0123456789":
            if bsn.is_valid(body + last):
                return body + last


def spain(r: random.Random) -> str:
    body = digits(r, 8)
    return body + dni.calc_check_digit(body)


def mobile(r: random.Random) -> str:
    second = r.choice(["30", "35", "38", "39", "50", "52", "58", "59", "77", "78", "80", "86", "88", "89", "98"])
    return f"1{second}{r.randrange(10**8):08d}"


def grouped(number: str, by: str = " ") -> str:
    return by.join((number[:3], number[3:7], number[7:]))


def abroad(r: random.Random) -> str:
    region = r.choice(["US", "GB", "FR", "DE", "JP", "KR", "IN", "BR", "SG", "HK", "AU", "ES", "IT", "NL", "PL"])
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        raise ValueError(f"there is no example of a mobile number in {region}")
    while True:
        national = str(example.national_number)
        number = phonenumbers.PhoneNumber(example.country_code, int(national[:-5] + f"{r.randrange(10**5):05d}"))
        if phonenumbers.is_valid_number(number):
            form = r.choice([phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL])
            return str(phonenumbers.format_number(number, form))


def nanp(r: random.Random, form: str) -> str:
    area = r.choice(["212", "415", "312", "202", "305", "617", "713", "206", "604", "416"])
    return form.format(area, f"{r.randrange(220, 990)}", f"{r.randrange(10**4):04d}")


def landline(r: random.Random) -> str:
    area = r.choice(["010", "021", "0755", "0571", "020", "028"])
    return f"{area}-{r.choice('68')}{r.randrange(10**7):07d}" if len(area) == 3 else f"{area}-8{r.randrange(10**7):07d}"


GIVEN = "wei li anna maria john chen yuki omar priya olga lucas emma noah mia".split()
HOSTS = (
    "example.com mail.example.org qq.com 163.com gmail.com uni-bonn.de cs.stanford.edu yahoo.co.jp naver.com".split()
)


def email(r: random.Random) -> str:
    by = r.choice(["", ".", "_", "-", "+"])
    return f"{r.choice(GIVEN)}{by}{r.choice(GIVEN)}{r.choice(['', str(r.randrange(2000))])}@{r.choice(HOSTS)}"


def spot(r: random.Random) -> tuple[float, float]:
    return r.uniform(-56, 70), r.choice([-1, 1]) * r.uniform(2, 179)


def pair(r: random.Random, form: str = "{:.4f}, {:.4f}") -> str:
    return form.format(*spot(r))


def dms(r: random.Random, form: str) -> str:
    parts = []
    for value, letters in zip(spot(r), ("NS", "EW"), strict=True):
        minutes, seconds = divmod(abs(value) % 1 * 3600, 60)
        parts.append(form.format(int(abs(value)), int(minutes), seconds, letters[value < 0]))
    return " ".join(parts)


def rationals(value: float) -> list[list[int]]:
    minutes, seconds = divmod(abs(value) % 1 * 3600, 60)
    return [[int(abs(value)), 1], [int(minutes), 1], [int(seconds * 100), 100]]


def exif(r: random.Random) -> str:
    lat, lon = spot(r)
    forms: list[Callable[[], str]] = [
        lambda: json.dumps(
            {"Make": "Canon", "GPSInfo": {"GPSLatitude": rationals(lat), "GPSLongitude": rationals(lon)}}
        ),
        lambda: json.dumps({"EXIF:GPSLatitude": round(lat, 6), "EXIF:GPSLongitude": round(lon, 6), "EXIF:ISO": 100}),
        lambda: json.dumps({"GPSPosition": dms(r, "{} deg {}' {:.2f}\" {}"), "Model": "X100"}),
        lambda: repr({"GPSInfo": {1: "N", 2: tuple(map(float, (12, 34, 56.7))), 3: "E", 4: (116.0, 24.0, 1.0)}}),
        lambda: repr({"0th": {271: b"Canon"}, "GPS": {1: b"N", 2: tuple(map(tuple, rationals(lat + 1)))}}),
        lambda: json.dumps({"meta": json.dumps({"GPSLatitude": f"{lat:.5f}", "GPSLongitude": f"{lon:.5f}"})}),
    ]
    return r.choice(forms)()


def no_exif(r: random.Random) -> str:
    forms = [
        {"Make": "Canon", "Model": "EOS 5D", "DateTime": "2023:01:02 10:11:12", "FNumber": [28, 10]},
        {"GPSInfo": {}, "Model": "X100"},
        {"GPSInfo": 1234, "ExifOffset": 210},
        {"GPSLatitude": [[0, 1], [0, 1], [0, 1]], "GPSLongitude": [[0, 1], [0, 1], [0, 1]], "ISO": 200},
        {"GPSLatitude": None, "GPSLongitude": "", "GPSVersionID": "2.3.0.0", "Software": "1.2.3456"},
        {"EXIF:GPSAltitude": 123.4, "EXIF:GPSDateStamp": "2023:01:02"},
    ]
    return json.dumps(r.choice(forms))


PROSE = ("call {}", "联系 {} 王先生", "contact: {}.", "see {} for details", "{}", "（{}）", "from {}, signed")


def prose(make: Make, forms: tuple[str, ...] = PROSE) -> Make:
    return lambda r: r.choice(forms).format(make(r))


PLANTED: dict[str, list[Variant]] = {
    "national_id": [
        ("China, whole cell", "extra", china),
        ("China, in prose", "note", prose(china)),
        ("China, subject_id", "subject_id", china),
        ("China, in the path", "path", lambda r: f"img/王_{china(r)}.jpg"),
        ("China, id_card column", "id_card", china),
        ("Korea, in prose", "note", prose(korea)),
        ("United States, in prose", "note", prose(america)),
        ("United States, bare, ssn column", "ssn", lambda r: america(r).replace("-", "")),
        ("Brazil, in prose", "note", prose(brazil)),
        ("India, in prose", "note", prose(aadhaar)),
        ("Poland, national_id column", "national_id", poland),
        ("Netherlands, bsn column", "bsn", netherlands),
        ("Spain, dni column", "dni", spain),
    ],
    "phone": [
        ("+86, grouped, in prose", "note", prose(lambda r: "+86 " + grouped(mobile(r)))),
        ("+86, run together, in prose", "note", prose(lambda r: "+86" + mobile(r))),
        ("other countries with +, in prose", "note", prose(abroad)),
        ("China, mobile, grouped", "note", prose(lambda r: grouped(mobile(r), r.choice(" -")))),
        ("China, mobile, bare, in prose", "note", prose(mobile, ("联系 {}", "电话：{}", "{}", "tel: {}"))),
        ("China, mobile, bare, neutral column", "extra", mobile),
        ("China, landline", "note", prose(landline)),
        ("North America, dashes", "note", prose(lambda r: nanp(r, "{}-{}-{}"))),
        ("North America, brackets", "note", prose(lambda r: nanp(r, "({}) {}-{}"))),
        ("bare, phone column", "phone", lambda r: nanp(r, "{}{}{}")),
        ("China, 手机 column", "手机", mobile),
        ("in the path, with +", "path", lambda r: f"img/+86{mobile(r)}.jpg"),
    ],
    "email": [
        ("whole cell", "extra", email),
        ("in prose", "note", prose(email)),
        ("subject_id", "subject_id", email),
        ("in the path", "path", lambda r: f"img/{email(r)}/1.jpg"),
        ("in an address", "source_url", lambda r: f"https://x.example/u?mail={email(r).replace('@', '%40')}&p=2"),
        ("mailto:", "note", lambda r: f"mailto:{email(r)}"),
    ],
    "person_name": [
        ("name", "name", lambda r: f"{r.choice(GIVEN)} {r.choice(GIVEN)}".title()),
        ("姓名", "姓名", lambda r: r.choice("王李张刘陈") + r.choice("伟芳娜敏静")),
        ("first_name", "First Name", lambda r: r.choice(GIVEN).title()),
    ],
    "coordinates": [
        ("pair, whole cell", "extra", pair),
        ("pair, in prose", "note", prose(pair)),
        ("longitude first, no space", "extra", lambda r: pair(r, "{1:.6f},{0:.6f}")),
        ("degrees, minutes, seconds", "note", prose(lambda r: dms(r, "{}°{}'{:.1f}\"{}"))),
        ("hemispheres", "extra", lambda r: "{:.4f}° N, {:.4f}° E".format(*map(abs, spot(r)))),
        ("geo:", "extra", lambda r: pair(r, "geo:{:.3f},{:.3f}")),
        ("map link", "source_url", lambda r: pair(r, "https://www.google.com/maps/@{:.5f},{:.5f},17z")),
        ("ISO 6709", "extra", lambda r: pair(r, "{:+08.4f}{:+09.4f}/")),
        ("latitude column", "latitude", lambda r: f"{spot(r)[0]:.5f}"),
        ("gps column", "gps", lambda r: pair(r, "{:.2f},{:.2f}")),
        ("exif column", "exif", exif),
    ],
}  # fmt: skip

NOT_PROMISED: list[tuple[str, str, str, Make]] = [
    ("phone", "foreign number, bare, in prose", "note", lambda r: "ring " + nanp(r, "{}{}{}")),
    ("phone", "bare mobile as a file name", "path", lambda r: f"img/{mobile(r)}.jpg"),
    ("phone", "bare mobile as subject_id", "subject_id", mobile),
    ("email", "written to be misread", "note", lambda r: email(r).replace("@", " [at] ").replace(".", " dot ")),
    ("national_id", "China, 15 digits, in prose", "note", lambda r: "证 " + china(r)[:6] + china(r)[8:17]),
    ("national_id", "Spain, bare, in prose", "note", prose(spain)),
    ("coordinates", "two decimals, in prose", "note", lambda r: pair(r, "at {:.2f}, {:.2f}")),
    ("phone", "FALSE: 11 random digits, neutral column", "extra", lambda r: digits(r, 11)),
    ("phone", "FALSE: article number 3-3-4", "extra", lambda r: f"{digits(r, 3)}-{digits(r, 3)}-{digits(r, 4)}"),
    ("national_id", "FALSE: article number 3-2-4", "extra", lambda r: f"{digits(r, 3)}-{digits(r, 2)}-{digits(r, 4)}"),
    ("national_id", "FALSE: 18 random digits", "extra", lambda r: digits(r, 18)),
    ("coordinates", "FALSE: two scores of 1 to 90", "extra", lambda r: f"{r.uniform(1, 90):.3f}, {digits(r, 2)}.125"),
]  # fmt: skip


def extra(r: random.Random) -> str:
    """What is none, in a column whose header tells nothing."""
    forms: list[Make] = [
        lambda r: digits(r, r.choice([5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 18])),
        lambda r: f"{datetime(2023, 1, 1) + timedelta(seconds=r.randrange(10**8)):%Y%m%d%H%M%S}",
        lambda r: str(1_600_000_000_000 + r.randrange(10**11)),
        lambda r: f"{r.randrange(1, 20)}.{r.randrange(40)}.{r.randrange(9999)}",
        lambda r: f"{r.uniform(1, 999):.3f}",
        lambda r: f"v{r.randrange(9)}.{digits(r, 4)}, {r.randrange(9)}.{r.randrange(99)}",
        lambda r: f"SKU-{nanp(r, '{}-{}-{}')}",
        lambda r: f"{digits(r, 4)}-{digits(r, 3)}-{digits(r, 3)}",
        lambda r: f"{digits(r, 4)}-{digits(r, 4)}-{digits(r, 4)}-{digits(r, 4)}",
        lambda r: f"A{mobile(r)}",
        lambda r: f"{mobile(r)}-{digits(r, 2)}",
        lambda r: f"¥{digits(r, 4)}.00 - ¥{digits(r, 5)}.50",
        lambda r: f"{r.random():.4f}, {r.random():.4f}",
        lambda r: f"[{r.uniform(1, 90):.3f}, {r.uniform(1, 90):.3f}, {r.uniform(1, 90):.3f}]",
        lambda r: f"logo@{r.choice('23')}x.png",
        lambda r: f"@{r.choice(GIVEN)}_{digits(r, 3)}",
        lambda r: f"{r.randrange(1, 13):02d}/{r.randrange(1, 28):02d}/20{r.randrange(10, 27)} 10:{r.randrange(60):02d}",
        lambda r: f"192.168.{r.randrange(255)}.{r.randrange(255)}",
        lambda r: f"{r.randrange(100)}°",
    ]
    return r.choice(forms)(r)


def note(r: random.Random) -> str:
    forms: list[Make] = [
        lambda r: f"order no. {mobile(r)}",
        lambda r: f"订单 {mobile(r)}",
        lambda r: json.dumps({"photo_id": int(mobile(r)), "owner": f"{digits(r, 8)}@N0{r.randrange(9)}"}),
        lambda r: f"taken 2023-01-{r.randrange(1, 28):02d} at ISO {r.choice([100, 200])}, f/2.8, 1/{digits(r, 3)} s",
        lambda r: f"batch {digits(r, 3)}-{digits(r, 5)} of {digits(r, 6)}",
        lambda r: json.dumps({"bbox": [round(r.uniform(1, 90), 3), round(r.uniform(1, 90), 3)]}),
        lambda r: "smiling, outdoors",
        lambda r: "",
    ]
    return r.choice(forms)(r)


def ordinary(r: random.Random, i: int) -> Row:
    day = date(2023, 1, 1) + timedelta(days=r.randrange(900))
    digest = hashlib.sha256(str(i).encode()).hexdigest()
    names = [f"img/{i:08d}.jpg", f"img/IMG_{day:%Y%m%d}_{digits(r, 6)}.jpg", f"img/{mobile(r)}.jpg",
             f"img/{digest}.png", f"{day:%Y/%m/%d}/{digits(r, 11)}_{digits(r, 10)}_b.jpg"]  # fmt: skip
    return {
        "path": r.choice(names),
        "record_id": r.choice([f"{i:09d}", digits(r, 11), digits(r, 9)]),
        "subject_id": f"s-{r.randrange(10_000)}",
        "consent_id": f"c-{r.randrange(10_000)}",
        "source_url": r.choice(
            [f"https://www.flickr.com/photos/{digits(r, 8)}@N0{r.randrange(9)}/{mobile(r)}/", "",
             f"https://cdn.example.com/{digest[:32]}/{digits(r, 13)}.jpg?w=1024&h=768&v={digits(r, 10)}",
             f"https://medium.com/@{r.choice(GIVEN)}/post-{digits(r, 12)}.html"]
        ),
        "license": "CC-BY-4.0",
        "captured_at": day.isoformat(),
        "price": f"{r.uniform(0, 9):.2f}",
        "sha256": digest,
        "uuid": str(uuid.UUID(int=r.getrandbits(128))),
        "photo_id": mobile(r),
        "timestamp": f"{day}T10:11:{r.randrange(60):02d}+08:00",
        "landmarks": json.dumps([[round(r.uniform(1, 90), 3), round(r.uniform(1, 90), 3)] for _ in range(5)]),
        "embedding": " ".join(f"{r.uniform(-9, 9):.4f}" for _ in range(16)),
        "gaze": f"{r.uniform(-40, 40):.3f}, {r.uniform(-40, 40):.3f}",
        "phone_model": r.choice(["SM-G9980", "iPhone 12", "2201123C"]),
        "extra": extra(r),
        "note": note(r),
        "exif": no_exif(r),
        "latitude": r.choice(["", "0.0", "0", "nan"]),
        "gps": r.choice(["", "false", "0,0"]),
        **dict.fromkeys("id_card ssn national_id bsn dni phone 手机 name 姓名".split(), ""),
        "First Name": "",
    }  # fmt: skip


def table(rows: list[Row]) -> dict[str, pa.Array]:
    return {name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]}


def found_in(rows: list[Row]) -> list[frozenset[str]]:
    kinds = searched(table(rows), len(rows), RECORD_FACTS).kinds
    return [frozenset(cell or ()) for cell in kinds.plain().to_pylist()]


def usual(start: int, length: int) -> dict[str, pa.Array]:
    """Twelve columns of a manifest that holds nothing personal: two of distinct values, the rest repeat."""
    n = range(start, start + length)
    columns: dict[str, list[str]] = {
        "path": [f"images/{i // 1000:04d}/{i:07d}.jpg" for i in n],
        "record_id": [f"{i:07d}" for i in n],
        "subject_id": [f"s-{i % 100_000}" for i in n],
        "subject_age": [str(18 + i % 60) for i in n],
        "consent_id": [f"c-{i % 100_000}" for i in n],
        "synthetic": ["false"] * length,
        "source_type": ["first_party_collection"] * length,
        "source_name": [f"studio {i % 40}" for i in n],
        "source_url": [""] * length,
        "source_agreement": [""] * length,
        "captured_at": [(date(2026, 1, 1) - timedelta(days=i % 700)).isoformat() for i in n],
        "license": ["CC-BY-4.0"] * length,
    }
    return {name: pa.array(values) for name, values in columns.items()}


def seconds_of_a_million() -> float:
    seconds = 0.0
    for start in range(0, 1_000_000, 62_500):
        columns = usual(start, 62_500)
        started = time.perf_counter()
        searched(columns, 62_500, RECORD_FACTS)
        seconds += time.perf_counter() - started
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    r = random.Random(options.seed)
    rows = [ordinary(r, i) for i in range(options.rows)]
    truth: list[set[str]] = [set() for _ in rows]
    planted: list[tuple[str, str, int]] = []
    for kind in KINDS:
        for i in r.sample(range(len(rows)), len(rows) // 100):
            called, column, make = r.choice(PLANTED[kind])
            if truth[i]:
                continue  # one kind a row, so that none is written over
            rows[i][column] = make(r)
            truth[i].add(kind)
            planted.append((kind, called, i))
    started = time.perf_counter()
    found = found_in(rows)
    seconds = time.perf_counter() - started

    print(f"{len(rows):,} rows × {len(rows[0])} columns, {seconds:.2f} s, {seconds / len(rows) * 1e6:.1f} µs a row\n")
    print(f"{'kind':14}{'planted':>9}{'found':>8}{'false':>7}{'precision':>11}{'recall':>8}")
    for kind in KINDS:
        hit = np.array([kind in f for f in found])
        true = np.array([kind in t for t in truth])
        good, false = int((hit & true).sum()), int((hit & ~true).sum())
        precision, recall = good / max(1, hit.sum()), good / max(1, true.sum())
        print(f"{kind:14}{true.sum():9,}{good:8,}{false:7,}{precision:11.4f}{recall:8.4f}")

    print(f"\n{'kind':14}{'form':40}{'planted':>8}{'recall':>8}")
    of, got = Counter((k, c) for k, c, _ in planted), Counter((k, c) for k, c, i in planted if k in found[i])
    for kind in KINDS:
        for called, _, _ in PLANTED[kind]:
            print(f"{kind:14}{called:40}{of[kind, called]:8,}{got[kind, called] / max(1, of[kind, called]):8.3f}")

    print("\nNot promised: the share found of 1,000 each")
    for kind, called, column, make in NOT_PROMISED:
        plain = [{**ordinary(r, i), "note": "", "extra": "", column: make(r)} for i in range(1000)]
        print(f"{kind:14}{called:40}{sum(kind in cell for cell in found_in(plain)) / 1000:8.3f}")

    print(f"\n1,000,000 rows × 12 columns of a usual manifest: {seconds_of_a_million():.2f} s")


if __name__ == "__main__":
    main()
