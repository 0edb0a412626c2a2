"""The perceptual hash against that of the reference, and what a thumbnail is taken to show."""

from __future__ import annotations

import importlib.util
import io
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from running import ROOT

from facelint.pixels import pdq, shows_another

Picture = Image.Image

# By pdqhash 0.2.8: pattern, width, height, hash and quality.
REFERENCE = [
    (0, 5, 9, "9b2664d964d964d964d964d964d99b269b269b269b269b269b26649d64d964d9", 12),
    (0, 64, 64, "999933116331c6338c6338e370d3e1c7038d1f0e6a0cd61ec07e03d43fbcfff8", 100),
    (0, 63, 130, "078c070e1e0c341fee28587cf63e547cc1fe01e80bd40fb03bedffb8fd52da00", 100),
    (0, 200, 150, "fe68fffcb728f788ffd4d6407df5b640fef0a6a8fdc0c6e8bc00e9400280a800", 100),
    (0, 513, 300, "3b20ff322aa2a3aaff7fa2aafff3a22abbaaa8202ba2bbaa28a0a3aaaaa2a128", 100),
    (1, 5, 9, "318c318cce73695a6b5ac7f16b5a6b5a64d993a4318c94a593246b5a6c5b749d", 59),
    (1, 64, 64, "d34df3cdb0cdc334d35dd3cd0d324b32cb5d30223cc22c22d3cdd3cdd3cd0a22", 100),
    (1, 63, 130, "5a8d8f6d5498fdd628c2bfd48619d389c68c09736ca79923928cd71dc3c86d27", 100),
    (1, 200, 150, "2fbdcf9d8999326276637262899d899da12c7262766232664dd989998d9c7666", 73),
    (1, 513, 300, "79b1d5abd19818452e85510ac4b583da5d7bfe5523724c289dcda6a5ecd8934b", 34),
    (2, 5, 9, "061d3364115d83350d115f4c01587b755e330437249d008a464b4044025360f6", 71),
    (2, 64, 64, "d57fbf80d57fff95d57fff95d57faa80aa80aa80aa80ab80aa80ab80aa80ab80", 100),
    (2, 63, 130, "3a943e952e853b803a843e853bd42bc53fd03a856a956f813b806bd46bd03ad0", 100),
    (2, 200, 150, "8a028a028ac28ac2ffff8acaaaca8ac28ac28ac2aecaaecaffffaecaaece8ac2", 100),
    (2, 513, 300, "0015ffff4515faea50054440514514151155baee4515fbff55145554bfaf5554", 100),
    (3, 5, 9, "61d8310e348d91a49e27c2f16b5a3c0f94a5390e61d86e5b9e275c1f6e5b6b5a", 25),
    (3, 64, 64, "55ddd5dd508ad45502aed25d402ac05508ffd5aa2affd5a8c8cfd5aa40aad5aa", 0),
    (3, 63, 130, "0b8bf4748b8b74749b8f64709b0d647a9b1564ea9b1564ea9b1564ea9b1564ea", 39),
    (3, 200, 150, "556baad4552baa5494ab4b54a6a95556aaad5552aaa5594ab4b54b6a95d5aaaa", 12),
    (3, 513, 300, "a73c4cc1b91f36706dcf4b389463ac9c49235a46d6989537ad2ca95baa56aad4", 79),
]


def pattern(number: int, width: int, height: int) -> Picture:
    y, x = np.mgrid[:height, :width]
    channels = (
        [(x * 7 + y * 3) % 256, (x * y) % 256, (x * 5 - y * 11) % 256],
        [
            x * 255 // max(1, width - 1),
            y * 255 // max(1, height - 1),
            ((x - width // 2) ** 2 + (y - height // 3) ** 2) % 256,
        ],
        [((x // 9 + y // 7) % 2) * 255] * 3,
        [(x * x + 3 * y * y) // (width + height) % 256, (x + y) * 200 // (width + height), np.full_like(x, 90)],
    )[number]
    return Image.fromarray(np.stack(channels, 2).astype(np.uint8))


def noise(width: int, height: int, scale: int, seed: int) -> Picture:
    """Spots about as large as the scale."""
    spots = np.random.default_rng(seed).integers(0, 256, (max(2, height // scale), max(2, width // scale), 3), np.uint8)
    return Image.fromarray(spots).resize((width, height), Image.Resampling.BICUBIC)


@cache
def drawn() -> dict[str, Picture]:
    """What the examples draw: cartoon faces."""
    spec = importlib.util.spec_from_file_location("draw", ROOT / "examples" / "draw.py")
    assert spec
    assert spec.loader
    draw: Any = importlib.util.module_from_spec(spec)
    sys.modules["draw"] = draw
    spec.loader.exec_module(draw)
    people = {"ana": draw.ANA, "ben": draw.BEN, "cho": draw.masked(draw.CHO), "gil": draw.GIL}
    scenes = (draw.portrait, draw.snapshot, draw.with_card_held_up, draw.terminal)
    pictures = {
        f"{scene.__name__} {name}": (scene(person, "IN") if scene is draw.terminal else scene(person)).convert("RGB")
        for name, person in people.items()
        for scene in scenes
    }
    for scale in (16, 64, 128):
        pictures[f"noise {scale}"] = noise(600, 400, scale, scale)
        pictures[f"upright noise {scale}"] = noise(400, 600, scale, scale + 1)
    return pictures


# The hash


@pytest.mark.parametrize(("number", "width", "height", "digits", "quality"), REFERENCE)
def test_hashes_are_those_of_the_reference(number: int, width: int, height: int, digits: str, quality: int) -> None:
    assert pdq(pattern(number, width, height)) == (digits, quality)


def test_all_bits_agree_with_pdqhash() -> None:
    reference = pytest.importorskip("pdqhash")
    sizes = [(5, 5), (6, 7), (5, 300), (63, 64), (64, 64), (65, 63), (127, 129), (128, 128), (300, 200), (37, 911)]
    pictures = [pattern(number, *size) for number in range(4) for size in sizes]
    pictures += [noise(*size, scale, 3) for scale in (1, 20) for size in sizes]
    pictures += [one.convert("L").convert("RGB") for one in drawn().values()] + list(drawn().values())
    for picture in pictures:
        bits, quality = reference.compute(np.asarray(picture))
        assert pdq(picture) == (np.packbits(bits.astype(np.uint8)).tobytes().hex(), quality)


@pytest.mark.parametrize("size", [(1, 1), (4, 4), (4, 900), (900, 4)])
def test_the_smallest_have_no_hash(size: tuple[int, int]) -> None:
    assert pdq(Image.new("RGB", size, "red")) == ("0" * 64, 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "YCbCr"])
def test_pictures_of_any_mode(mode: str) -> None:
    picture = pattern(1, 100, 80).convert(mode)
    assert pdq(picture) == pdq(picture.convert("RGB"))


def test_strips_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = pattern(3, 333, 222)
    whole = pdq(picture)
    monkeypatch.setattr("facelint.pixels._STRIP", 1000)
    assert pdq(picture) == whole


def differing(one: Picture, other: Picture) -> int:
    return (int(pdq(one)[0], 16) ^ int(pdq(other)[0], 16)).bit_count()


def test_what_the_hash_survives_and_what_not() -> None:
    """Up to 31 bits are a match: compression and tones are survived, cropping 5 %, turning and mirroring are not."""
    faces = [picture for name, picture in drawn().items() if "noise" not in name]

    def median(change: Callable[[Picture], Picture]) -> float:
        return float(np.median([differing(face, change(face)) for face in faces]))

    assert median(lambda face: jpeg(face, 50)) < 10
    assert median(lambda face: ImageEnhance.Brightness(face).enhance(1.1)) < 16
    assert median(lambda face: ImageOps.grayscale(face)) < 4
    assert median(lambda face: cropped(face, 0.95, 0.5, 0.5)) > 31
    assert median(lambda face: face.rotate(3, Image.Resampling.BICUBIC)) > 31
    assert median(ImageOps.mirror) > 100


# Thumbnails


def jpeg(picture: Picture, quality: int = 70) -> Picture:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream)


def thumbnail(picture: Picture, most: int = 160, quality: int = 70) -> Picture:
    small = picture.copy()
    small.thumbnail((most, most), Image.Resampling.BICUBIC)
    return jpeg(small, quality)


def letterboxed(picture: Picture, size: tuple[int, int] = (160, 120)) -> Picture:
    """As cameras do, whose thumbnails are all of one size."""
    small = ImageOps.pad(picture, size if picture.width >= picture.height else size[::-1], color="black")
    return jpeg(small)


def cropped(picture: Picture, share: float, x: float, y: float) -> Picture:
    width, height = round(picture.width * share), round(picture.height * share)
    left, top = round((picture.width - width) * x), round((picture.height - height) * y)
    return picture.crop((left, top, left + width, top + height))


def crops(picture: Picture, share: float) -> Iterator[Picture]:
    for x, y in ((0.5, 0.5), (0, 0), (1, 1), (0, 1), (1, 0), (0.5, 0), (0.3, 0.7)):
        yield cropped(picture, share, x, y)


SAME: dict[str, Callable[[Picture], Picture]] = {
    "thumbnail": thumbnail,
    "small and poor": lambda picture: thumbnail(picture, 96, 40),
    "preview": lambda picture: thumbnail(picture, 512),
    "letterboxed": letterboxed,
    "letterboxed square": lambda picture: letterboxed(picture, (160, 160)),
    "turned": lambda picture: thumbnail(picture.transpose(Image.Transpose.ROTATE_90)),
    "turned and letterboxed": lambda picture: letterboxed(picture.transpose(Image.Transpose.ROTATE_270)),
    "upside down": lambda picture: thumbnail(picture.transpose(Image.Transpose.ROTATE_180)),
    "mirrored": lambda picture: thumbnail(ImageOps.mirror(picture)),
    "transposed": lambda picture: thumbnail(picture.transpose(Image.Transpose.TRANSPOSE)),
    "sharpened": lambda picture: thumbnail(picture.filter(ImageFilter.UnsharpMask(3, 120))),
    "brighter": lambda picture: thumbnail(ImageEnhance.Brightness(picture).enhance(1.15)),
    "grey": lambda picture: thumbnail(picture.convert("L")),
    "3 % off": lambda picture: jpeg(picture.resize((160, round(160 * picture.height / picture.width * 1.03)))),
}


@pytest.mark.parametrize("change", SAME)
@pytest.mark.parametrize("name", drawn())
def test_the_same_picture_is_the_same(name: str, change: str) -> None:
    assert shows_another(drawn()[name], SAME[change](drawn()[name])) is False


@pytest.mark.parametrize("name", drawn())
def test_crops_are_others(name: str) -> None:
    picture = drawn()[name]
    for made in (thumbnail(picture), letterboxed(picture), letterboxed(picture.transpose(Image.Transpose.ROTATE_90))):
        assert [shows_another(crop, made) for crop in crops(picture, 0.85)] == [True] * 7


def test_smooth_crops_are_others() -> None:
    y, x = np.mgrid[:400, :600]
    for slope in (x / 600, y / 400, (x / 600 + y / 400) / 2, np.exp(-((x - 300) ** 2 + (y - 200) ** 2) / 40_000)):
        picture = Image.fromarray((slope * 255).astype(np.uint8))
        assert shows_another(picture, thumbnail(picture)) is False
        assert all(shows_another(crop, thumbnail(picture)) for crop in crops(picture, 0.85))


def test_other_pictures_are_others() -> None:
    pictures = list(drawn().values())
    for one, other in zip(pictures, pictures[5:] + pictures[:5], strict=True):
        assert shows_another(one, thumbnail(other))


def test_other_aspects_are_others() -> None:
    picture = drawn()["portrait ana"]
    for share in (0.9, 1.1):
        assert shows_another(picture, jpeg(picture.resize((160, round(200 * share)))))


@pytest.mark.parametrize("name", ["portrait ana", "snapshot ben", "noise 64"])
def test_what_was_painted_over_shows(name: str) -> None:
    whole = drawn()[name]
    picture = whole.copy()
    side = min(whole.size) // 4
    picture.paste("black", (whole.width // 2, whole.height // 3, whole.width // 2 + side, whole.height // 3 + side))
    assert shows_another(picture, thumbnail(whole))


def test_plain_pictures() -> None:
    grey, white, face = (
        Image.new("RGB", (300, 200), "gray"),
        Image.new("RGB", (300, 200), "white"),
        noise(300, 200, 50, 1),
    )
    assert shows_another(grey, thumbnail(grey)) is False
    assert shows_another(grey, letterboxed(grey)) is False
    assert shows_another(grey, thumbnail(white)) is None
    assert shows_another(grey, thumbnail(face)) is True
    assert shows_another(face, thumbnail(grey)) is None
    assert shows_another(face, thumbnail(face, 12)) is None


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (3, 2), (2000, 3)])
def test_any_size_is_compared(size: tuple[int, int]) -> None:
    for other in (Image.new("RGB", size), pattern(0, *size), Image.new("1", size), Image.new("RGBA", size)):
        assert shows_another(pattern(1, 200, 150), other) in (True, None)
        assert shows_another(other, pattern(1, 200, 150)) is True
        assert shows_another(other, other) in (False, None)
