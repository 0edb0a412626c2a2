"""What pixels tell: the perceptual hash of a picture, and whether a thumbnail shows another one."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

Floats = NDArray[np.float32]
Places = NDArray[np.intp]

_SMALLEST = 5
"""Pixels on a side; smaller pictures have a hash of zeros and no quality."""
_SIDE = 64
"""Of the small picture that the hash is worked out from."""
_WAVES = 16
_STRIP = 2**22
"""Pixels worked on at once, so that a large picture takes little more memory than itself."""


def pdq(picture: Image) -> tuple[str, int]:
    """The PDQ hash of a picture, 64 hexadecimal digits, and its quality from 0 to 100.

    As Meta's reference defines it (ThreatExchange, `pdq/cpp`), on the pixels as they are stored: bit for bit what the
    package pdqhash 0.2.8 answers, and so in its order of additions in single precision.

    Two pictures with up to 31 of 256 bits differing count as alike there. JPEG compression changes 2 to 6 bits (median
    of 88 pictures), lighter tones 8, half the size 26; but a border cut off by 2 % on all sides together 22, by 5 % 48,
    by 10 % 82; turning by 1° 42, by 2° 58; mirroring 126, as many as in pictures that have nothing in common.
    """
    luma = _luma(picture)
    if min(luma.shape) < _SMALLEST:
        return "0" * 64, 0
    small = luma if luma.shape == (_SIDE, _SIDE) else _reduced(luma)
    waves = _waves(small)
    bits = waves > np.sort(waves, axis=None)[_WAVES * _WAVES // 2 - 1]
    return np.packbits(bits.ravel()[::-1]).tobytes().hex(), _quality(small)


def _luma(picture: Image) -> Floats:
    pixels = np.asarray(picture.convert("RGB"))
    height, width = pixels.shape[:2]
    luma = np.empty((height, width), np.float32)
    step = max(1, _STRIP // max(1, width))
    for at in range(0, height, step):
        red, green, blue = np.moveaxis(pixels[at : at + step], 2, 0)
        luma[at : at + step] = red * 0.299 + green * 0.587 + blue * 0.114
    return luma


def _reduced(luma: Floats) -> Floats:
    """Blurred by two passes along each axis, then the middle of each of 64 × 64 fields. Changes what it is given."""
    rows, columns = (((np.arange(_SIDE) + 0.5) * length / _SIDE).astype(np.intp) for length in luma.shape)
    _each_strip(luma, luma)
    _each_strip(luma.T, luma.T)
    narrow = np.empty((len(luma), _SIDE), np.float32)
    _each_strip(luma, narrow, columns)
    return _blurred(narrow, rows)


def _each_strip(image: Floats, result: Floats, places: Places | None = None) -> None:
    """Blurs along the rows into the result, which may be the image itself; only at some places, if they are given."""
    step = max(1, _STRIP // image.shape[1])
    for at in range(0, len(image), step):
        strip = np.ascontiguousarray(image[at : at + step].T)
        result[at : at + step] = _blurred(strip, np.arange(len(strip)) if places is None else places).T


def _blurred(lines: Floats, places: Places) -> Floats:
    """The means of the lines around each of these ascending places: fewer of them at both ends.

    The sum is carried on from place to place, as in the reference: a line comes in, then another goes out.
    """
    length = len(lines)
    window = -(-length // (2 * _SIDE))
    ahead = (window + 2) // 2 - 1
    behind = window - ahead
    means = np.empty((len(places), lines.shape[1]), np.float32)
    total = np.zeros(lines.shape[1], np.float32)
    for line in lines[:ahead]:
        total += line
    done = 0
    for at in range(int(places[-1]) + 1):
        if at + ahead < length:
            total += lines[at + ahead]
        if at >= behind:
            total -= lines[at - behind]
        while done < len(places) and places[done] == at:
            size = min(at + ahead + 1, window, window + length - 1 - at - ahead)
            np.divide(total, np.float32(size), out=means[done])
            done += 1
    return means


@cache
def _cosines() -> Floats:
    """Of the waves 1 to 16 at 64 places; in single precision, worked out in double."""
    scale = float(np.float32(math.sqrt(2 / _SIDE)))
    step = math.pi / 2 / _SIDE
    return np.array(
        [[scale * math.cos(step * wave * (2 * at + 1)) for at in range(_SIDE)] for wave in range(1, _WAVES + 1)],
        np.float32,
    )


def _waves(small: Floats) -> Floats:
    """The strengths of the 16 × 16 lowest waves but the constant one, summed up in the reference's order."""
    cosines = _cosines()
    halves = np.zeros((_WAVES, _SIDE), np.float32)
    for at in range(_SIDE):
        halves += cosines[:, at, None] * small[at]
    waves = np.zeros((_WAVES, _WAVES), np.float32)
    for at in range(_SIDE):
        waves += halves[:, at, None] * cosines[:, at]
    return waves


def _quality(small: Floats) -> int:
    """How much there is to see: the sum of its steps from light to dark, without the faint ones."""
    hundred, full = np.float32(100), np.float32(255)
    steps = [np.abs((np.diff(small, axis=axis) * hundred / full).astype(np.int32)).sum() for axis in (0, 1)]
    return min(100, int(sum(steps)) // 90)


_GRID, _FINE = 32, 64
"""Cells on a side that a picture and its thumbnail are compared in."""
_FIELD = 8
"""Cells of the fine grid on a side of a part that may have been painted over."""
_ASPECT = 1.06
_ALIKE = 0.9
"""Correlation of what shows the same."""
_BETTER = 3
"""How many times better a part of the thumbnail must fit than the whole for the picture to be a crop."""
_SAME_EVERYWHERE = 0.99
"""Correlation of a picture with a part of itself that is too much for crops to be told."""
_PLAIN = 1.5
"""Standard deviation, in levels of grey, of what is nearly uniform."""
_LEAST = 16
"""Pixels on a side of a thumbnail in which there is something to compare."""
_NEAR = 10.0
"""Levels of grey between two nearly uniform pictures that are taken for the same."""
_PAINTED = 3600.0
"""Mean squared difference of a part of the picture that shows something else: 60 levels of grey."""
_DARK, _SPOT = 16, 60
"""Levels of grey that a black bar has at most, on average and at any place: a JPEG's are not quite black."""
_THUMBNAIL = 160
"""Pixels on a side of what is looked at of a larger preview."""
_CUTS = (0.95, 0.9, 0.85, 0.8, 0.7)
_SHIFTS = (0.0, 0.25, 0.5, 0.75, 1.0)

Grey = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a picture."""


def shows_another(picture: Image, small: Image) -> bool | None:
    """Whether a thumbnail shows something else than its picture, such as what lay around it before it was cropped.

    It does where its aspect is off by over 6 %, where the two correlate by less than .9, where a part of it fits
    the picture far better than all of it, or where the picture has been painted over in a place as large as an eighth
    of its sides. Black bars, size, tones and compression make no difference, nor which way up either is stored, nor
    mirroring. None where either is too plain or too small for a crop to be told from the whole. That something was
    blurred, or cut off by a few pixels, can't be told at a thumbnail's size.
    """
    thumbnail = _shrunk(small.convert("L"))
    grey = _shrunk(picture.convert("L"), 2 * _THUMBNAIL)
    views = [view for view in _views(thumbnail, grey.width / grey.height) if _aspect_fits(grey, view)]
    if not views:
        return True
    target = _cells(grey, _GRID)
    if target.std() < _PLAIN:
        return _of_plain(target, [_cells(thumbnail, _GRID, view) for view in views])
    if min(small.size) < _LEAST or _cells(thumbnail, _GRID).std() < _PLAIN:
        return None
    fit, box, turn = max((_likeness(target, thumbnail, view, turn), view, turn) for view in views for turn in range(8))
    if fit < _ALIKE or _painted_over(grey, thumbnail, box, turn):
        return True
    return _is_part(target, thumbnail, box, turn, fit)


def _of_plain(target: Grey, views: list[Grey]) -> bool | None:
    """Whether a thumbnail shows more than its nearly uniform picture; None where it is as plain, of another tone."""
    plain = [abs(target.mean() - cells.mean()) <= _NEAR for cells in views if cells.std() < _PLAIN]
    return not plain or (False if any(plain) else None)


def _shrunk(grey: Image, most: int = _THUMBNAIL) -> Image:
    from PIL.Image import Resampling

    if max(grey.size) > most:
        scale = most / max(grey.size)
        size = max(1, round(grey.width * scale)), max(1, round(grey.height * scale))
        grey = grey.resize(size, Resampling.BOX)
    return grey


def _views(thumbnail: Image, aspect: float) -> set[Box]:
    """All of a thumbnail, and what may be left of it without its black bars at top and bottom, at the sides, or both.

    Where the picture is dark at its edge, the bars go as far as its aspect, or that of it turned, demands.
    """
    pixels = np.asarray(thumbnail)
    top, bottom = _bright(pixels)
    left, right = _bright(pixels.T)
    width, height = thumbnail.size
    across, down = (
        {(0.0, float(width)), (float(left), float(right))},
        {(0.0, float(height)), (float(top), float(bottom))},
    )
    for one in (aspect, 1 / aspect):
        upper, outer = (height - width / one) / 2, (width - height * one) / 2
        if 0 < upper <= top + 1 and bottom - 1 <= height - upper:
            down.add((upper, height - upper))
        if 0 < outer <= left + 1 and right - 1 <= width - outer:
            across.add((outer, width - outer))
    return {(x, y, w, h) for x, w in across for y, h in down}


def _bright(pixels: NDArray[np.uint8]) -> tuple[int, int]:
    """The first line that is part of no black bar, and the one behind the last."""
    (lit,) = np.nonzero((pixels.mean(axis=1) > _DARK) | (pixels.max(axis=1) > _SPOT))
    return (int(lit[0]), int(lit[-1]) + 1) if len(lit) else (0, len(pixels))


def _aspect_fits(picture: Image, view: Box) -> bool:
    """As it is, or turned by a quarter."""
    own = picture.width / picture.height
    other = (view[2] - view[0]) / (view[3] - view[1])
    return any(max(own / one, one / own) <= _ASPECT for one in (other, 1 / other))


def _cells(grey: Image, count: int, box: Box | None = None) -> Grey:
    from PIL.Image import Resampling

    return np.asarray(grey.resize((count, count), Resampling.BOX, box), np.float64)


def _turned(cells: Grey, turn: int) -> Grey:
    """One of the eight ways that a picture may lie."""
    return np.rot90(cells.T if turn & 4 else cells, turn & 3)


def _correlation(one: Grey, other: Grey) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = math.sqrt(float((one * one).sum() * (other * other).sum()))
    return float((one * other).sum()) / size if size else 0.0


def _likeness(target: Grey, thumbnail: Image, view: Box, turn: int) -> float:
    return _correlation(_turned(target, turn), _cells(thumbnail, _GRID, view))


def _painted_over(picture: Image, thumbnail: Image, view: Box, turn: int) -> bool:
    """Whether some part differs far more than tones and compression make it."""
    small = _cells(thumbnail, _FINE, view)
    large = _turned(_cells(picture, _FINE), turn)
    slope, offset = np.polyfit(small.ravel(), large.ravel(), 1)
    squares = np.pad(((large - slope * small - offset) ** 2).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    sums = (
        squares[_FIELD:, _FIELD:]
        - squares[:-_FIELD, _FIELD:]
        - squares[_FIELD:, :-_FIELD]
        + squares[:-_FIELD, :-_FIELD]
    )
    return bool(sums.max() > _PAINTED * _FIELD * _FIELD)


def _is_part(target: Grey, thumbnail: Image, view: Box, turn: int, fit: float) -> bool | None:
    """Whether the picture is a part of what the thumbnail shows; None where its parts look like the whole."""
    whole, target = _cells(thumbnail, _GRID, view), _turned(target, turn)
    parts = [(cut, _cells(thumbnail, _GRID, box)) for cut, box in _parts(view)]
    if max(_correlation(whole, part) for cut, part in parts if cut == 0.85) < _SAME_EVERYWHERE:
        best = max(_correlation(target, part) for _, part in parts)
        return best > fit and 1 - fit**2 > _BETTER * (1 - best**2) + 0.001
    off = float(((target - whole) ** 2).mean())
    least = min(float(((target - part) ** 2).mean()) for _, part in parts)
    if off > _BETTER * least + 1:
        return True
    return None if off > max(least, 1) else False


def _parts(view: Box) -> list[tuple[float, Box]]:
    """Parts of a view, each with how much of its sides it has."""
    left, top, right, bottom = view
    width, height = right - left, bottom - top
    return [
        (cut, (x, y, x + width * cut, y + height * cut))
        for cut in _CUTS
        for x in (left + width * (1 - cut) * shift for shift in _SHIFTS)
        for y in (top + height * (1 - cut) * shift for shift in _SHIFTS)
    ]
