"""What a picture's own file tells, through a check; and that what can't be read of it is unknown, never denied."""

from __future__ import annotations

import io
import os
import warnings
import zlib
from collections.abc import Sequence
from pathlib import Path

import piexif
import pytest
from PIL import Image
from running import Known, Unsure, facelint, jsonl, known, policy

from .pictures import NEMO, PLACED, PLAIN, bomb, exif, picture, tiff, with_chunk, with_segment

FACTS = (
    "image.format", "image.extension_matches", "image.width", "image.height", "image.decodes", "image.gps",
    "image.gps_in",
)  # fmt: skip
ENDINGS = {"jpeg": "jpg", "png": "png", "webp": "webp", "gif": "gif", "tiff": "tif", "bmp": "bmp", "avif": "avif"}
READ_HERE = [name for name in ENDINGS if name != "avif" or "AVIF" in Image.registered_extensions().values()]


def look(folder: Path, name: str, content: bytes) -> dict[str, Known]:
    """By fact without `image.`, what is known of one picture."""
    return looked_at(folder, name, content, FACTS)


def looked_at(folder: Path, name: str, content: bytes, facts: Sequence[str]) -> dict[str, Known]:
    (folder / name).write_bytes(content)
    jsonl(folder / "manifest.jsonl", [{"path": name}])
    return {fact.removeprefix("image."): states[0] for fact, states in known(folder, facts).items()}


def gps(folder: Path, name: str, content: bytes) -> Known:
    told = look(folder, name, content)
    if not isinstance(told["gps"], Unsure):
        assert told["gps_in"] == ("exif" if told["gps"] == "true" else None)
    return told["gps"]


@pytest.mark.parametrize("format", READ_HERE)
def test_a_sound_picture_of_each_format(tmp_path: Path, format: str) -> None:
    told = look(tmp_path, f"a.{ENDINGS[format]}", picture(format))
    assert told == {
        "format": format, "extension_matches": "true", "width": "40", "height": "30", "decodes": "true",
        "gps": "false", "gps_in": None,
    }  # fmt: skip


@pytest.mark.parametrize("format", READ_HERE)
def test_a_picture_that_breaks_off_does_not_decode(tmp_path: Path, format: str) -> None:
    whole = picture(format, (200, 200))
    for kept in (0.3, 0.6, 0.95):
        told = look(tmp_path, f"a.{ENDINGS[format]}", whole[: int(len(whole) * kept)])
        assert told["decodes"] == "false" or (format in ("tiff", "avif") and isinstance(told["decodes"], Unsure)), kept


def test_the_format_is_that_of_the_content(tmp_path: Path) -> None:
    told = look(tmp_path, "a.jpg", picture("png"))
    assert (told["format"], told["extension_matches"], told["decodes"]) == ("png", "false", "true")
    assert look(tmp_path, "a.JPEG", picture("jpeg"))["extension_matches"] == "true"
    assert look(tmp_path, "jpg", picture("jpeg"))["extension_matches"] == "false"


def test_the_extension_is_that_of_the_name_in_the_record(tmp_path: Path) -> None:
    (tmp_path / "blob").write_bytes(picture("jpeg"))
    (tmp_path / "a.jpg").symlink_to("blob")
    jsonl(tmp_path / "manifest.jsonl", [{"path": "a.jpg"}, {"path": "blob"}])
    assert known(tmp_path, FACTS)["image.extension_matches"] == ["true", "false"]


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", bytes(10_000), b"GIF89a"])
def test_what_is_no_picture_does_not_decode(tmp_path: Path, content: bytes) -> None:
    told = look(tmp_path, "a.jpg", content)
    assert told["decodes"] == "false"
    assert isinstance(told["width"], Unsure)


@pytest.mark.parametrize(
    "head",
    [
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x0cJXL \r\n\x87\n",
        b"\0\0\0\x0cjP  \r\n\x87\n",
        b"8BPS\0\x01",
        b"FUJIFILMCCD-RAW ",
    ],
)
def test_what_is_not_decoded_here_is_not_said_to_be_damaged(tmp_path: Path, head: bytes) -> None:
    assert isinstance(look(tmp_path, "a.heic", head + bytes(100))["decodes"], Unsure)


@pytest.mark.parametrize("size", [(20_000, 20_000), (30_000, 30_000)])
def test_a_bomb_is_not_decoded(tmp_path: Path, size: tuple[int, int]) -> None:
    """Many pixels are nothing wrong, so the answer is that it was not examined."""
    told = look(tmp_path, "a.png", bomb(*size))
    assert told["decodes"] == Unsure("more than 100,000,000 pixels")


def test_the_frames_of_a_moving_picture_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facelint.decoding.MAX_PIXELS", 2_000)
    frames = [Image.effect_noise((30, 30), 50) for _ in range(3)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    assert look(tmp_path, "a.gif", stream.getvalue())["decodes"] == Unsure("its frames have more than 2,000 pixels")


def test_a_later_frame_that_breaks_off_is_noticed(tmp_path: Path) -> None:
    frames = [Image.effect_noise((60, 60), 90) for _ in range(3)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    whole = stream.getvalue()
    assert look(tmp_path, "a.gif", whole)["decodes"] == "true"
    assert look(tmp_path, "a.gif", whole[: int(len(whole) * 0.9)])["decodes"] == "false"


WITH_EXIF = ["jpeg", "png", "webp", "tiff", *(["avif"] if "avif" in READ_HERE else [])]


@pytest.mark.parametrize("format", WITH_EXIF)
@pytest.mark.parametrize(
    ("latitude", "longitude", "answer"),
    [
        ((48, 52, 32), (123, 23, 33), "true"),
        ((51, 28, 40), (0, 0, 0), "true"),
        ((0, 0, 0), (9, 24, 0), "true"),
        ((0, 0, 0), (0, 0, 0), "false"),
        ((48, 52, 32), None, "false"),
        (None, (123, 23, 33), "false"),
        (None, None, "false"),
    ],
)
def test_coordinates_in_exif(
    tmp_path: Path, format: str, latitude: tuple[int, ...] | None, longitude: tuple[int, ...] | None, answer: str
) -> None:
    """A full latitude and longitude that are not both zero; a meridian or the equator is a place as any other."""
    block = exif(latitude, longitude)
    content = picture(format, exif=block if format == "jpeg" else block[6:])
    assert gps(tmp_path, f"a.{ENDINGS[format]}", content) == answer


def test_exif_without_gps_and_an_empty_gps_ifd_are_no_coordinates(tmp_path: Path) -> None:
    assert gps(tmp_path, "a.jpg", picture("jpeg", exif=PLAIN)) == "false"
    empty = tiff([(0x8825, 4, 1, (26).to_bytes(4, "little"))], rest=b"\0\0\0\0\0\0")
    assert gps(tmp_path, "a.jpg", with_segment(picture("jpeg"), empty)) == "false"


@pytest.mark.parametrize("before", [b"IDAT", b"IEND"])
def test_exif_of_a_png_on_either_side_of_its_data(tmp_path: Path, before: bytes) -> None:
    assert gps(tmp_path, "a.png", with_chunk(picture("png"), b"eXIf", NEMO[6:], before)) == "true"


JPEG = picture("jpeg")
PNG = picture("png")
ELSEWHERE = {
    "xmp.jpg": (with_segment(JPEG, b"http://ns.adobe.com/xap/1.0/\0" + PLACED), "xmp"),
    "second-exif.jpg": (with_segment(with_segment(JPEG, NEMO), PLAIN), "exif"),
    "picture-behind.jpg": (JPEG + with_segment(JPEG, NEMO), "trailer"),
    "raw-profile.png": (
        with_chunk(PNG, b"tEXt", b"Raw profile type exif\0\nexif\n%8d\n" % len(NEMO) + NEMO.hex().encode(), b"IEND"),
        "png-text",
    ),
    "text.png": (
        with_chunk(
            with_chunk(PNG, b"tEXt", b"exif:GPSLatitude\x0048/1, 52/1, 36/1", b"IDAT"),
            b"tEXt", b"exif:GPSLongitude\x00123/1, 23/1, 36/1", b"IDAT",
        ),
        "png-text",
    ),
    "zipped.png": (
        with_chunk(PNG, b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0" + zlib.compress(PLACED), b"IDAT"), "xmp"
    ),
    "twice.png": (with_chunk(with_chunk(PNG, b"eXIf", PLAIN[6:], b"IDAT"), b"eXIf", NEMO[6:], b"IEND"), "exif"),
    "xmp.webp": (picture("webp", xmp=PLACED), "xmp"),
}  # fmt: skip


@pytest.mark.parametrize("name", ELSEWHERE)
def test_coordinates_are_told_with_their_place(tmp_path: Path, name: str) -> None:
    content, place = ELSEWHERE[name]
    told = looked_at(tmp_path, name, content, ("image.gps", "image.gps_in", "image.gps_state"))
    assert told == {"gps": "true", "gps_in": place, "gps_state": "yes"}


@pytest.mark.parametrize("beside", ["a.xmp", "a.jpg.xmp", "A.XMP"])
def test_a_sidecar_is_read_with_its_picture(tmp_path: Path, beside: str) -> None:
    (tmp_path / beside).write_bytes(PLACED)
    facts = ("image.gps", "image.gps_in", "image.metadata_kinds")
    told = looked_at(tmp_path, "a.jpg", JPEG, facts)
    assert (told["gps"], told["gps_in"]) == ("true", "sidecar")
    assert "sidecar" in str(told["metadata_kinds"])
    assert looked_at(tmp_path, "b.jpg", JPEG, facts)["gps"] == "false", "it is not about other pictures"


def test_a_sidecar_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.xmp").write_bytes(PLACED)
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.xmp").symlink_to("../outside.xmp")
    assert looked_at(root, "a.jpg", JPEG, ("image.gps",))["gps"] == "false"


UNREAD = {
    "segment of an unknown vendor": with_segment(JPEG, b"Nobody\0" + bytes(range(1, 200)), marker=0xE7),
    "text that does not decompress": with_chunk(
        PNG, b"zTXt", b"Raw profile type exif\0\0\x78\x9c" + b"z" * 50, b"IDAT"
    ),
    "XMP that breaks off": with_segment(JPEG, b"http://ns.adobe.com/xap/1.0/\0" + PLACED[: PLACED.index(b"48,52")]),
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_block_that_cannot_be_read_makes_the_answer_unknown(tmp_path: Path, name: str) -> None:
    ending = "png" if UNREAD[name].startswith(b"\x89") else "jpg"
    assert isinstance(gps(tmp_path, f"a.{ending}", UNREAD[name]), Unsure)


def test_what_is_found_stands_though_more_may_be_hidden(tmp_path: Path) -> None:
    """A list holds what was found, and is not known to be whole."""
    content = with_segment(UNREAD["segment of an unknown vendor"], NEMO)
    own = policy(tmp_path, "id: a, require: {not: {image.gps_in: exif}}", "id: b, require: {not: {image.gps_in: xmp}}")
    (tmp_path / "a.jpg").write_bytes(content)
    jsonl(tmp_path / "manifest.jsonl", [{"path": "a.jpg"}])
    ended = facelint("check", tmp_path, "--policy", own, "--format", "json")
    assert [rule["answers"]["fail"] for rule in ended.json["rules"]] == [1, 0]
    assert [rule["answers"]["unsure"] for rule in ended.json["rules"]] == [0, 1]


def test_every_place_is_told(tmp_path: Path) -> None:
    content = with_segment(with_segment(JPEG, b"http://ns.adobe.com/xap/1.0/\0" + PLACED), NEMO)
    assert looked_at(tmp_path, "a.jpg", content, ("image.gps_in",)) == {"gps_in": "exif; xmp"}


DAMAGED = {
    "no TIFF": b"Exif\0\0this is no TIFF at all",
    "cut in the head": NEMO[:10],
    "cut in the first IFD": tiff([])[:12] + b"\x05\0",
    "cut in the GPS IFD": NEMO[: len(NEMO) - 30],
    "IFD far away": b"Exif\0\0II*\0\xff\xff\0\0",
    "GPS IFD far away": tiff([(0x8825, 4, 1, b"\xff\xff\0\0")]),
    "GPS pointer of text": tiff([(0x8825, 2, 4, b"abc\0")]),
    "two GPS pointers": tiff([(0x8825, 3, 2, b"\x1a\0\x1a\0")]),
    "latitude far away": tiff(
        [(0x8825, 4, 1, (26).to_bytes(4, "little"))],
        rest=b"\x01\0\x02\0\x05\0\x03\0\0\0\xff\xff\0\0\0\0\0\0",
    ),
    "empty": b"Exif\0\0",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_exif_is_unknown_and_the_picture_still_decodes(tmp_path: Path, name: str) -> None:
    told = look(tmp_path, "a.jpg", with_segment(JPEG, DAMAGED[name]))
    assert isinstance(told["gps"], Unsure)
    assert (told["format"], told["width"], told["decodes"]) == ("jpeg", "40", "true")


def test_every_cut_of_a_block_of_exif_is_told_or_unknown(tmp_path: Path) -> None:
    """Coordinates are never denied because the block that holds them breaks off."""
    names = []
    for length in range(6, len(NEMO)):
        names.append(f"{length}.jpg")
        (tmp_path / names[-1]).write_bytes(with_segment(JPEG, NEMO[:length]))
    jsonl(tmp_path / "manifest.jsonl", [{"path": name} for name in names])
    denied = [name for name, state in zip(names, known(tmp_path, FACTS)["image.gps"], strict=True) if state == "false"]
    assert denied == []


def test_a_mistaken_index_of_pictures_does_not_hide_the_first(tmp_path: Path) -> None:
    mpo = picture("mpo", save_all=True, append_images=[Image.new("RGB", (9, 9))])
    at = mpo.index(b"MPF\0") + 4
    told = look(tmp_path, "a.jpg", mpo[:at] + b"XXXXXXXX" + mpo[at + 8 :])
    assert (told["format"], told["decodes"]) == ("jpeg", "true")


def test_nothing_of_what_pillow_warns_reaches_the_user(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(with_segment(JPEG, DAMAGED["cut in the GPS IFD"]))
    jsonl(tmp_path / "manifest.jsonl", [{"path": "a.jpg"}])
    before = list(warnings.filters)
    ended = facelint("check", tmp_path, "--policy", policy(tmp_path, "id: a, require: {image.decodes: true}"))
    assert (ended.code, ended.err) == (0, "")
    assert warnings.filters == before


@pytest.mark.parametrize("make", ["fifo", "folder", "nothing", "outside"])
def test_no_picture_to_read(tmp_path: Path, make: str) -> None:
    """A FIFO in the place of a picture does not hang the run."""
    root = tmp_path / "root"
    root.mkdir()
    if make == "fifo":
        os.mkfifo(root / "a.jpg")
    elif make == "folder":
        (root / "a.jpg").mkdir()
    elif make == "outside":
        (tmp_path / "b.jpg").write_bytes(JPEG)
        (root / "a.jpg").symlink_to("../b.jpg")
    jsonl(root / "manifest.jsonl", [{"path": "a.jpg"}, {"path": ""}])
    told = known(root, FACTS)
    assert all(isinstance(state, Unsure) for states in told.values() for state in states)
    assert {states[1] for states in told.values()} == {"names no file"}


def test_files_are_opened_only_for_what_is_asked(tmp_path: Path) -> None:
    """The law of laziness: no file fact, no file; no pixel fact, no decoding."""
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(JPEG)
    jsonl(tmp_path / "manifest.jsonl", [{"path": "a.jpg"}, {"path": "b.jpg"}, {"path": "a.jpg"}, {"path": "none.jpg"}])

    def counted(require: str) -> tuple[int, int]:
        own = policy(tmp_path, f"id: a, require: {{{require}}}")
        timing = facelint("check", tmp_path, "--policy", own, "--format", "json").json["timing"]
        return timing["files_opened"], timing["pictures_decoded"]

    assert counted("path: present") == (0, 0)
    assert counted("file.exists: true") == (0, 0)
    assert counted("image.width: {gt: 9}") == (2, 0)
    assert counted("image.gps: false") == (2, 0)
    assert counted("image.decodes: true") == (2, 2)


@pytest.mark.parametrize(
    ("tags", "answer"),
    [
        ({piexif.ExifIFD.BodySerialNumber: b"1234567"}, "true"),
        ({piexif.ExifIFD.LensSerialNumber: b"98-76"}, "true"),
        ({piexif.ExifIFD.BodySerialNumber: b" " * 8}, "false"),
        ({piexif.ExifIFD.LensModel: b"50mm"}, "false"),
        ({piexif.ExifIFD.MakerNote: b"Maker\0\0" + bytes(range(1, 99))}, Unsure),
    ],
)
def test_serial_numbers_in_exif(tmp_path: Path, tags: dict[int, bytes], answer: str | type) -> None:
    """A blank is none; and an unknown maker may have a serial number in its note."""
    (tmp_path / "a.jpg").write_bytes(picture("jpeg", exif=piexif.dump({"Exif": tags, "0th": {271: b"Maker"}})))
    (tmp_path / "manifest.csv").write_text("path\na.jpg\n", encoding="utf-8")
    told = known(tmp_path / "manifest.csv", ("image.serial_numbers",))["image.serial_numbers"][0]
    assert told == answer if isinstance(answer, str) else isinstance(told, answer)
