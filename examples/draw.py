"""Draw every picture of the examples: cartoon faces, nobody's likeness, the same bytes each time.

`python examples/draw.py` rewrites the pictures, then the digests that the manifests declare for them. Same bytes means:
under one release of Pillow, whose encoders they come from; under another the digests are brought up to date.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import piexif
from PIL import Image, ImageCms, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent
EMPTY_FILE = hashlib.sha256(b"").hexdigest()
"""What a failed download leaves in a list of digests; such a cell is wrong on purpose and stays."""

Point = tuple[float, float]


class Canvas:
    """A picture drawn three times too large, so that its edges come out smooth."""

    SCALE = 3

    def __init__(self, width: int, height: int, background: str) -> None:
        self.image = Image.new("RGB", (width * self.SCALE, height * self.SCALE), background)
        self.pen = ImageDraw.Draw(self.image)

    def _up(self, *numbers: float) -> list[float]:
        return [round(number * self.SCALE) for number in numbers]

    def ellipse(self, centre: Point, rx: float, ry: float, fill: str) -> None:
        (x, y) = centre
        self.pen.ellipse(self._up(x - rx, y - ry, x + rx, y + ry), fill)

    def chord(self, centre: Point, rx: float, ry: float, degrees: tuple[float, float], fill: str) -> None:
        (x, y) = centre
        self.pen.chord(self._up(x - rx, y - ry, x + rx, y + ry), *degrees, fill)

    def arc(self, centre: Point, rx: float, ry: float, degrees: tuple[float, float], fill: str, width: float) -> None:
        (x, y) = centre
        self.pen.arc(self._up(x - rx, y - ry, x + rx, y + ry), *degrees, fill, round(width * self.SCALE))

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, radius: float = 0) -> None:
        self.pen.rounded_rectangle(self._up(left, top, right, bottom), radius * self.SCALE, fill)

    def polygon(self, points: Sequence[Point], fill: str) -> None:
        self.pen.polygon(self._up(*(number for point in points for number in point)), fill)

    def line(self, points: Sequence[Point], fill: str, width: float) -> None:
        flat = self._up(*(number for point in points for number in point))
        self.pen.line(flat, fill, round(width * self.SCALE), joint="curve")

    def text(self, left: float, top: float, words: str, size: float, fill: str) -> None:
        self.pen.text((left * self.SCALE, top * self.SCALE), words, fill, ImageFont.load_default(size * self.SCALE))

    def done(self) -> Image.Image:
        return self.image.reduce(self.SCALE)


@dataclass(frozen=True)
class Person:
    """What a cartoon looks like."""

    skin: str
    hair: str
    style: str = "short"
    """short, long, bun or bald"""
    shirt: str = "#44618a"
    backdrop: str = "#cfd8dc"
    mask: str = ""
    glasses: bool = False
    cap: str = ""


ANA = Person("#f1c9a5", "#2b1d14", "long", "#7a4b6b", "#dfe7ea")
BEN = Person("#8d5a3b", "#15100d", "short", "#35604f", "#e9e2d3", glasses=True)
CHO = Person("#e6b98c", "#101014", "bun", "#a34a3c", "#d5e2cf")
DIM = Person("#f6d7bd", "#b98a3f", "short", "#2f4a6b", "#d9d3e4")
ELI = Person("#6b432c", "#1b1310", "bald", "#c08a2e", "#cfdde6", glasses=True)
FEI = Person("#d9a676", "#4a3324", "long", "#54708c", "#ecd9d2")
GIL = Person("#eac09a", "#8a8a88", "short", "#5b5b63", "#d6dfda", cap="#2f4f7f")
HUA = Person("#c98f63", "#231712", "bun", "#3f6f7a", "#e3dcc9")
BLUE, WHITE, BLACK = "#9fcbe3", "#eef3f5", "#2e3136"


def masked(person: Person, mask: str = BLUE) -> Person:
    return replace(person, mask=mask)


def draw_hair_behind(canvas: Canvas, person: Person, x: float, y: float, r: float) -> None:
    if person.style == "long":
        canvas.box(x - 1.2 * r, y - 0.7 * r, x + 1.2 * r, y + 1.9 * r, person.hair, 0.6 * r)
    elif person.style == "bun":
        canvas.ellipse((x, y - 1.5 * r), 0.45 * r, 0.4 * r, person.hair)


def draw_head(canvas: Canvas, person: Person, x: float, y: float, r: float) -> None:
    canvas.ellipse((x, y + 3.2 * r), 2.0 * r, 1.6 * r, person.shirt)
    canvas.box(x - 0.4 * r, y + 0.8 * r, x + 0.4 * r, y + 1.9 * r, person.skin, 0.3 * r)
    for side in (-1, 1):
        canvas.ellipse((x + side * r, y + 0.05 * r), 0.16 * r, 0.26 * r, person.skin)
    canvas.ellipse((x, y), r, 1.28 * r, person.skin)


def draw_hair(canvas: Canvas, person: Person, x: float, y: float, r: float) -> None:
    if person.cap:
        canvas.chord((x, y - 0.45 * r), 1.08 * r, 0.98 * r, (180, 360), person.cap)
        canvas.box(x - 1.1 * r, y - 0.58 * r, x + 1.45 * r, y - 0.42 * r, person.cap, 0.08 * r)
    elif person.style != "bald":
        canvas.chord((x, y - 0.2 * r), 1.06 * r, 1.16 * r, (198, 342), person.hair)


def draw_eyes(canvas: Canvas, person: Person, x: float, y: float, r: float) -> None:
    for side in (-1, 1):
        eye = (x + side * 0.4 * r, y - 0.02 * r)
        canvas.ellipse(eye, 0.17 * r, 0.11 * r, "#ffffff")
        canvas.ellipse(eye, 0.08 * r, 0.09 * r, "#33241a")
        brow = [(x + side * 0.22 * r, y - 0.27 * r), (x + side * 0.58 * r, y - 0.24 * r)]
        canvas.line(brow, person.hair, 0.06 * r)
        if person.glasses:
            canvas.arc(eye, 0.29 * r, 0.25 * r, (0, 360), "#30343a", 0.05 * r)
    if person.glasses:
        canvas.line([(x - 0.12 * r, y - 0.02 * r), (x + 0.12 * r, y - 0.02 * r)], "#30343a", 0.05 * r)


def draw_mouth_or_mask(canvas: Canvas, person: Person, x: float, y: float, r: float) -> None:
    if not person.mask:
        canvas.line([(x, y + 0.15 * r), (x - 0.1 * r, y + 0.42 * r), (x + 0.06 * r, y + 0.44 * r)], "#7c4a33", 0.04 * r)
        canvas.arc((x, y + 0.62 * r), 0.36 * r, 0.22 * r, (20, 160), "#8f2f2f", 0.07 * r)
        return
    for side in (-1, 1):
        loop = [(x + side * 0.74 * r, y + 0.4 * r), (x + side * 1.0 * r, y + 0.02 * r)]
        canvas.line(loop, "#f4f4f2", 0.04 * r)
    outline = [(-0.8, 0.3), (0, 0.16), (0.8, 0.3), (0.68, 0.9), (0, 1.24), (-0.68, 0.9)]
    canvas.polygon([(x + dx * r, y + dy * r) for dx, dy in outline], person.mask)
    for dy in (0.48, 0.66, 0.84):
        canvas.line([(x - 0.6 * r, y + dy * r), (x + 0.6 * r, y + dy * r)], "#7f97a3", 0.025 * r)


def draw_person(canvas: Canvas, person: Person, x: float, y: float, r: float) -> None:
    """A head at (x, y), `r` half as wide as it, with shoulders below."""
    for part in (draw_hair_behind, draw_head, draw_hair, draw_eyes, draw_mouth_or_mask):
        part(canvas, person, x, y, r)


def portrait(person: Person) -> Image.Image:
    canvas = Canvas(320, 400, person.backdrop)
    canvas.ellipse((160, 170), 150, 165, "#f4f6f5")
    draw_person(canvas, person, 160, 175, 74)
    return canvas.done()


def avatar(person: Person) -> Image.Image:
    """What a renderer would make: flat, and plainly no photograph."""
    canvas = Canvas(320, 320, "#20263a")
    for step in range(0, 320, 32):
        canvas.line([(step, 0), (step, 320)], "#2d3550", 1)
        canvas.line([(0, step), (320, step)], "#2d3550", 1)
    draw_person(canvas, person, 160, 150, 66)
    canvas.text(10, 296, "RENDERED AVATAR", 14, "#9fb0e0")
    return canvas.done()


def snapshot(person: Person) -> Image.Image:
    """A picture taken outdoors: sky, hills and a lake."""
    canvas = Canvas(400, 320, "#bfe0f2")
    canvas.ellipse((70, 250), 180, 90, "#86a86d")
    canvas.ellipse((340, 255), 170, 80, "#6f9460")
    canvas.box(0, 240, 400, 320, "#7fb3c8")
    draw_person(canvas, person, 215, 140, 58)
    return canvas.done()


def shop(person: Person, tag: str) -> Image.Image:
    """A model in an online shop, with what she sells."""
    canvas = Canvas(340, 440, "#fbf3ee")
    canvas.box(0, 370, 340, 440, "#e8d9cf")
    draw_person(canvas, person, 170, 150, 64)
    canvas.line([(120, 420), (150, 300), (190, 300), (220, 420)], "#ffffff", 5)
    canvas.box(222, 24, 322, 58, "#d8433b", 8)
    canvas.text(234, 30, tag, 17, "#ffffff")
    return canvas.done()


def terminal(person: Person, label: str) -> Image.Image:
    """What the camera of an attendance or door terminal keeps, its frame and caption included."""
    canvas = Canvas(360, 420, "#56606a")
    draw_person(canvas, person, 180, 190, 70)
    for x, y, dx, dy in ((78, 70, 1, 1), (282, 70, -1, 1), (78, 312, 1, -1), (282, 312, -1, -1)):
        canvas.line([(x, y + 34 * dy), (x, y), (x + 34 * dx, y)], "#58e08a", 4)
    canvas.box(0, 0, 360, 34, "#14181d")
    canvas.text(12, 8, label, 15, "#d6f5e2")
    canvas.box(0, 384, 360, 420, "#14181d")
    canvas.text(12, 392, "VERIFIED", 15, "#58e08a")
    return canvas.done()


def screenshot(person: Person) -> Image.Image:
    """A friends-only album, photographed from the screen."""
    canvas = Canvas(300, 480, "#f5f5f5")
    canvas.box(0, 0, 300, 40, "#e3e6e8")
    canvas.text(14, 11, "Album - friends only", 15, "#33383d")
    canvas.box(14, 54, 286, 400, person.backdrop)
    draw_person(canvas, person, 150, 190, 58)
    canvas.box(0, 400, 300, 480, "#f5f5f5")
    canvas.text(14, 416, "Sunday at the lake", 15, "#33383d")
    return canvas.done()


def with_card_held_up(person: Person) -> Image.Image:
    """An identity card beside the face: a specimen, of no country, with no number."""
    canvas = Canvas(420, 340, "#d8d2c4")
    draw_person(canvas, person, 130, 140, 62)
    canvas.box(206, 176, 408, 304, "#e9f0ea", 10)
    canvas.text(220, 184, "IDENTITY CARD", 14, "#48604f")
    draw_person(canvas, replace(person, mask="", shirt="#8c9a90"), 368, 218, 16)
    canvas.text(220, 212, "NAME  SPECIMEN", 12, "#3b3f3c")
    canvas.text(220, 232, "No.  ---- ---- ----", 12, "#3b3f3c")
    canvas.text(220, 268, "SPECIMEN", 24, "#b3413a")
    canvas.ellipse((214, 262), 13, 20, person.skin)
    return canvas.done()


def contact_sheet(people: Sequence[Person]) -> Image.Image:
    """The seller's sample of the goods."""
    canvas = Canvas(400, 300, "#ffffff")
    for place, person in enumerate(people):
        left = 10 + place % 3 * 130
        canvas.box(left, 10, left + 120, 256, person.backdrop)
        draw_person(canvas, person, left + 60, 100, 36)
        canvas.box(left, 256, left + 130, 300, "#ffffff")
    canvas.text(12, 266, "SAMPLE - 0.2 yuan each", 18, "#b3413a")
    return canvas.done()


def colour_profile() -> bytes:
    """sRGB, without the moment at which the profile was made (ICC.1:2022, 7.2.8)."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made[:24] + bytes(12) + made[36:]


def jpeg(image: Image.Image, exif: bytes = b"", profile: bytes = b"") -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82, optimize=True, exif=exif, icc_profile=profile or None)
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.quantize(128, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80, method=6)
    return out.getvalue()


Tags = dict[int, object]


def upright() -> bytes:
    """EXIF that says nothing but which way is up."""
    return bytes(piexif.dump({"0th": {piexif.ImageIFD.Orientation: 1}}))


def camera(make: str, model: str, taken: str, *, of_image: Tags | None = None, of_photo: Tags | None = None) -> bytes:
    """EXIF as a camera writes it. `taken` reads `2026:03:02 09:30:00`."""
    first: Tags = {piexif.ImageIFD.Make: make, piexif.ImageIFD.Model: model, piexif.ImageIFD.DateTime: taken}
    photo: Tags = {piexif.ExifIFD.DateTimeOriginal: taken, piexif.ExifIFD.ISOSpeedRatings: 200}
    return bytes(piexif.dump({"0th": first | (of_image or {}), "Exif": photo | (of_photo or {})}))


def phone_at_point_nemo(taken: str) -> bytes:
    """EXIF of a phone in the middle of the Pacific, farther from any home than anywhere: 48°52.6' S, 123°23.6' W."""
    first: Tags = {piexif.ImageIFD.Make: "Muster", piexif.ImageIFD.Model: "Muster P20", piexif.ImageIFD.DateTime: taken}
    gps: Tags = {
        piexif.GPSIFD.GPSLatitudeRef: "S",
        piexif.GPSIFD.GPSLatitude: ((48, 1), (52, 1), (3600, 100)),
        piexif.GPSIFD.GPSLongitudeRef: "W",
        piexif.GPSIFD.GPSLongitude: ((123, 1), (23, 1), (3600, 100)),
    }
    return bytes(piexif.dump({"0th": first, "Exif": {piexif.ExifIFD.DateTimeOriginal: taken}, "GPS": gps}))


XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>{person}</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def naming(picture: bytes, person: str) -> bytes:
    """A JPEG whose XMP names who is in the picture."""
    return with_packet(picture, XMP.format(person=person))


def with_packet(picture: bytes, xmp: str) -> bytes:
    """A JPEG with an XMP segment after its first one (XMP part 3, 1.1.3)."""
    packet = b"http://ns.adobe.com/xap/1.0/\x00" + xmp.encode()
    segment = b"\xff\xe1" + (len(packet) + 2).to_bytes(2, "big") + packet
    after_first = 4 + int.from_bytes(picture[4:6], "big")
    return picture[:after_first] + segment + picture[after_first:]


def truncated(picture: bytes) -> bytes:
    """A transfer that broke off: whole head, half a picture."""
    return picture[: len(picture) * 3 // 5]


def studio() -> dict[str, bytes]:
    return {
        "images/s-001-bare.jpg": jpeg(portrait(ANA), upright()),
        "images/s-001-masked.jpg": jpeg(portrait(masked(ANA)), upright()),
        "images/s-002.jpg": jpeg(portrait(BEN), profile=colour_profile()),
        "images/s-003-masked.jpg": jpeg(portrait(masked(CHO, WHITE))),
        "images/s-004.webp": webp(portrait(DIM)),
        "images/s-005.jpg": jpeg(portrait(ELI)),
        "images/s-006-masked.jpg": jpeg(portrait(masked(FEI, BLACK))),
        "images/avatar-01.png": png(avatar(HUA)),
    }


def market() -> dict[str, bytes]:
    album = png(screenshot(masked(FEI)))
    model = camera("Muster", "Muster R5", "2024:05:18 14:20:00", of_image={
        piexif.ImageIFD.Software: "Adobe Photoshop 25.0 (Windows)",
        piexif.ImageIFD.Artist: "Studio Yangtu",
    })  # fmt: skip
    gate = camera("Exampleview", "T1", "2026:03:02 08:01:12", of_photo={
        piexif.ExifIFD.BodySerialNumber: "SPECIMEN-T1-0042",
    })  # fmt: skip
    door = "Exampleview", "D2"
    return {
        "images/crawl/0001.jpg": jpeg(snapshot(masked(GIL))),
        "images/shop/0002.jpg": naming(jpeg(shop(masked(CHO, WHITE), "MASK 9.9")), "林样本 (Lin Yangben)"),
        "images/shop/0003.jpg": jpeg(shop(masked(ANA, BLACK), "NEW"), model),
        "images/research/0004.jpg": jpeg(portrait(masked(DIM))),
        "images/research/0005.jpg": jpeg(portrait(BEN)),
        "images/reseller/0006.webp": webp(portrait(masked(HUA))),
        "unsorted/0008.jpg": jpeg(portrait(masked(ELI))),
        "images/attendance/0009.jpg": jpeg(terminal(masked(GIL), "TERMINAL 1 - IN"), gate),
        "images/attendance/0010.jpg": jpeg(
            terminal(masked(BEN), "TERMINAL 1 - IN"), camera("Exampleview", "T1", "2026:03:03 08:04:40")
        ),
        "images/door/0012.jpg": jpeg(terminal(HUA, "DOOR B2"), camera(*door, "2026:04:11 19:12:03")),
        "images/door/0013.jpg": truncated(
            jpeg(terminal(masked(HUA, BLACK), "DOOR B2"), camera(*door, "2026:04:12 07:45:30"))
        ),
        "images/album/0014.jpg": jpeg(snapshot(masked(DIM, WHITE)), phone_at_point_nemo("2025:10:02 15:10:00")),
        "images/album/0015.png": album,
        "images/album/0016.png": album,
        "images/upload/0017.jpg": jpeg(
            with_card_held_up(masked(ELI)), camera("Muster", "Muster P20", "2025:12:20 20:31:00")
        ),
        "images/session/0018.jpg": jpeg(
            portrait(masked(CHO, BLACK)), camera("Muster", "Muster R5", "2026:02:10 10:15:00")
        ),
        "images/sample.jpg": jpeg(contact_sheet([masked(ANA), masked(GIL, WHITE), masked(DIM, BLACK)])),
    }


def attendance() -> dict[str, bytes]:
    people = (masked(ANA), masked(BEN, WHITE), masked(CHO, BLACK), masked(GIL))
    return {f"images/gate-{i:02}.jpg": jpeg(terminal(one, "TERMINAL 1 - IN")) for i, one in enumerate(people, 1)}


def withdrawn() -> dict[str, bytes]:
    return {f"images/w-{i:02}.jpg": jpeg(portrait(one)) for i, one in enumerate((DIM, HUA, BEN, FEI), 1)}


YOUNGEST = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/">
<plus:MinorModelAgeDisclosure>http://ns.useplus.org/ldf/vocab/AG-A15</plus:MinorModelAgeDisclosure>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def children() -> dict[str, bytes]:
    people = (CHO, FEI, DIM, BEN, ANA)
    drawn = {f"images/pupil-{i:02}.jpg": jpeg(portrait(one)) for i, one in enumerate(people, 1)}
    return {**drawn, "images/pupil-05.jpg": with_packet(drawn["images/pupil-05.jpg"], YOUNGEST)}


def declare_digests(manifest: Path, images: Path) -> None:
    """Bring the manifest's declared digests up to date: those it declares, not those it left blank."""
    with manifest.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        if row["sha256"] not in ("", EMPTY_FILE):
            row["sha256"] = hashlib.sha256((images / row["path"]).read_bytes()).hexdigest()
    with manifest.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


STORIES = {
    "studio-portraits": studio, "masked-face-market": market, "attendance-reuse": attendance, "withdrawn": withdrawn,
    "children": children,
}  # fmt: skip


def main() -> None:
    for name, draw in STORIES.items():
        pictures = draw()
        dataset = HERE / name
        for path, content in pictures.items():
            (dataset / path).parent.mkdir(parents=True, exist_ok=True)
            (dataset / path).write_bytes(content)
        declare_digests(dataset / "manifest.csv", dataset / "images")
        print(f"{name}: {len(pictures)} pictures, {sum(map(len, pictures.values())):,} bytes")


if __name__ == "__main__":
    main()
