"""Small sound files of every format, with every kind of block, that mutations begin from."""

from __future__ import annotations

from functools import cache

from imagemeta import build_bmff as bmff
from imagemeta import build_jpeg as jpeg
from imagemeta import build_jumbf as jumbf
from imagemeta import build_rasters as raster
from imagemeta import build_tiff as tiff
from imagemeta.test_makernotes import NOTES

MANIFEST = jumbf.store(
    jumbf.manifest(
        jumbf.training({"c2pa.ai_training": {"use": "notAllowed"}, "c2pa.data_mining": {"use": "constrained"}}),
        jumbf.thumbnail(jpeg.jpeg()),
    )
)
CAMERA = tiff.camera(gps=tiff.coordinates())
PICTURE = bmff.Made(b"hvc1", b"coded")


def _jpegs() -> dict[str, bytes]:
    iptc = jpeg.dataset(2, 80, b"Anna") + jpeg.dataset(2, 90, b"Paris") + jpeg.dataset(2, 120, b"A caption")
    return {
        "plain.jpg": jpeg.jpeg(),
        "camera.jpg": jpeg.jpeg(jpeg.exif(CAMERA)),
        "big-endian.jpg": jpeg.jpeg(jpeg.exif(tiff.camera(gps=tiff.coordinates(), order=">"))),
        "xmp.jpg": jpeg.jpeg(jpeg.app(1, jpeg.XMP + jpeg.GPS_PACKET)),
        "utf-16.jpg": jpeg.jpeg(jpeg.app(1, jpeg.XMP + jpeg.GPS_PACKET.decode().encode("utf-16"))),
        "extended.jpg": jpeg.jpeg(jpeg.NAMES_EXTENDED, *jpeg.extended(jpeg.GPS_PACKET, 90)),
        "photoshop.jpg": jpeg.jpeg(jpeg.photoshop(jpeg.resource(0x0404, iptc), jpeg.resource(0x0422, CAMERA))),
        "c2pa.jpg": jpeg.jpeg(*jpeg.jumbf(MANIFEST, 500)),
        "mpf.jpg": jpeg.with_index([(0x020002, jpeg.jpeg(jpeg.GPS))]),
        "behind.jpg": jpeg.jpeg() + jpeg.jpeg(jpeg.GPS),
        "motion.jpg": jpeg.jpeg(jpeg.GPS) + jpeg.video(),
        "samsung.jpg": jpeg.jpeg() + jpeg.samsung((0x0A30, b"MotionPhoto_Data", jpeg.video())),
        "vendors.jpg": jpeg.jpeg(
            jpeg.app(6, b"GoPro\0" + jpeg.gpmf(b"CASN", b"c", 1, b"C3000001")), *jpeg.flir((0x20, bytes(100))),
            jpeg.segment(0xFE, b"A comment"), jpeg.app(12, b"Ducky\0\2\0\5\0\0\0\1x"),
        ),
    }  # fmt: skip


def _rasters() -> dict[str, bytes]:
    packet = jpeg.GPS_PACKET
    return {
        "text.png": raster.png(
            raster.text("Author", "Anna"), raster.compressed("Comment", b"A comment" * 20),
            raster.international("XML:com.adobe.xmp", packet, packed=True), raster.raw_profile("exif", CAMERA),
            raster.chunk(b"eXIf", CAMERA), raster.chunk(b"caBX", MANIFEST),
            after=raster.chunk(b"eXIf", jpeg.gps_tiff()),
        ),
        "plain.png": raster.png(),
        "extended.webp": raster.webp(
            raster.extended(0x2C), raster.VP8, raster.piece(b"EXIF", CAMERA), raster.piece(b"XMP ", packet),
            raster.piece(b"C2PA", MANIFEST),
        ),
        "lossless.webp": raster.webp(raster.VP8L),
        "xmp.gif": raster.gif(raster.gif_xmp(), raster.gif_extension(0xFE, b"A comment"), frames=2),
        "profile.bmp": raster.bmp(124, b"C:\\profiles\\anna.icc", linked=True),
        "layers.psd": raster.psd(),
    }  # fmt: skip


def _boxes() -> dict[str, bytes]:
    items = [
        PICTURE, bmff.Made(b"Exif", bmff.exif_item(CAMERA)), bmff.Made(b"Exif", bmff.exif_item(jpeg.gps_tiff())),
        bmff.mime(bmff.NO_MINING), bmff.mime(jpeg.GPS_PACKET, coding=b"gzip"),
    ]  # fmt: skip
    place = bmff.international("©xyz", "+48.5000-123.2500/")
    return {
        "items.heic": bmff.heif(b"heic", items),
        "items.avif": bmff.heif(b"avif", [bmff.Made(b"av01", b"coded"), bmff.mime(bmff.NO_MINING)]),
        "video.mp4": bmff.mp4(place, bmff.loci("Point Nemo", 48.5, -123.25)),
        "keyed.mov": bmff.mp4(bmff.keyed({"com.apple.quicktime.location.ISO6709": "+48.5-123.2/"}), brand=b"qt  "),
        "raw.cr3": bmff.cr3(CAMERA, CAMERA, bmff.tiff([]), bmff.gps_tiff(), jpeg.GPS_PACKET),
        "boxes.jxl": bmff.jxl(bmff.box(b"Exif", bytes(4), CAMERA), bmff.box(b"xml ", jpeg.GPS_PACKET)),
        "bare.jxl": bmff.jxl_codestream(),
        "boxes.jp2": bmff.jp2(bmff.box(b"xml ", jpeg.GPS_PACKET)),
        "bare.j2k": bmff.j2k(bmff.comment(b"A comment")),
    }


def _notes() -> dict[str, bytes]:
    """EXIF with the note of each maker that is read."""
    return {
        f"note-{number}.jpg": jpeg.jpeg(jpeg.exif(tiff.with_note(make, note, model)))
        for number, (make, model, note, _) in enumerate(NOTES)
    }


@cache
def seeds() -> dict[str, bytes]:
    """By name."""
    others = {
        "camera.tif": CAMERA,
        "big.tif": tiff.tiff([(0x0100, tiff.SHORT, 40), (0x0101, tiff.SHORT, 30)], wide=True),
        "beside.xmp": jpeg.GPS_PACKET,
    }
    return {**_jpegs(), **_rasters(), **_boxes(), **_notes(), **others}
