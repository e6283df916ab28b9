"""Pictures are told by their bytes, written anew without what nobody sees, refused where they are odd."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.logos import HEAVIEST, LEAST_SIDE, MOST_SIDE, check_logo, logo_of
from consultation.domain.pictures import Damaged, Picture, TooManyDots, Unknown, read_picture
from tests.pictures import (
    SCAN,
    SIGNATURE,
    chunk,
    extended,
    frame,
    header,
    heavy_png,
    jpeg,
    lossless,
    lossy,
    part,
    png,
    rows,
    segment,
    webp,
)

MOST = 1_200
SECRET = b"48.8566 N, 2.3522 E"
EXIF = segment(0xE1, b"Exif\x00\x00" + SECRET)
JFIF = segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x01\x01" + SECRET[:3])

GOOD = {
    "png": png(40, 50),
    "png with a palette": png(40, 50, 1, 3),
    "png, grey with alpha": png(40, 50, 16, 4),
    "jpeg": jpeg(40, 50),
    "webp, lossy": webp(lossy(40, 50)),
    "webp, lossless": webp(lossless(40, 50)),
    "webp, transparent": webp(extended(40, 50), part(b"ALPH", b"\x00\x01\x02"), lossy(40, 50)),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_picture_is_told_by_its_bytes_and_comes_out_as_it_is(name: str) -> None:
    picture = read_picture(GOOD[name], MOST)
    assert (picture.media_type, picture.width, picture.height) == (f"image/{name[:4].strip(' ,')}", 40, 50)
    assert picture.content == GOOD[name]


@pytest.mark.parametrize("colour", [0, 2, 3, 4, 6])
@pytest.mark.parametrize("width", [32, 33, 39])
def test_interlaced_dots_are_counted_pass_by_pass(colour: int, width: int) -> None:
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    passes = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ]
    dots = b"".join(
        (b"\x00" + bytes(len(range(left, width, across)) * channels)) * len(range(top, 35, down))
        for left, top, across, down in passes
    )
    palette = chunk(b"PLTE", b"abc") if colour == 3 else b""
    made = SIGNATURE + header(width, 35, 8, colour, interlaced=True) + palette
    made += chunk(b"IDAT", zlib.compress(dots)) + chunk(b"IEND")
    assert read_picture(made, MOST).content == made


TOLD = {
    "png, text": png(40, 50, besides=[chunk(b"tEXt", b"GPS\x00" + SECRET)]),
    "png, Exif": png(40, 50, besides=[chunk(b"eXIf", SECRET)]),
    "png, profile": png(40, 50, besides=[chunk(b"iCCP", b"x\x00\x00" + zlib.compress(SECRET) + SECRET)]),
    "png, a second file behind": png(40, 50) + b"PK\x03\x04" + SECRET,
    "jpeg, Exif": jpeg(40, 50, [EXIF]),
    "jpeg, comment": jpeg(40, 50, [segment(0xFE, SECRET)]),
    "jpeg, thumbnail": jpeg(40, 50, [JFIF]),
    "jpeg, a second file behind": jpeg(40, 50) + b"<script>" + SECRET,
    "webp, Exif": webp(extended(40, 50, 0x08), lossy(40, 50), part(b"EXIF", SECRET)),
    "webp, XMP": webp(extended(40, 50, 0x04), lossless(40, 50), part(b"XMP ", SECRET)),
    "webp, a second file behind": webp(lossless(40, 50)) + SECRET,
}


@pytest.mark.parametrize("name", TOLD)
def test_what_nobody_sees_is_left_out(name: str) -> None:
    picture = read_picture(TOLD[name], MOST)
    for piece in (SECRET, SECRET[:3], b"script", b"PK\x03"):
        assert piece not in picture.content
    assert read_picture(picture.content, MOST) == picture, "what comes out goes in unchanged"


def test_an_animation_of_png_becomes_its_still_picture() -> None:
    moving = png(40, 50, besides=[chunk(b"acTL", bytes(8)), chunk(b"fcTL", bytes(26))])
    assert read_picture(moving, MOST).content == png(40, 50)


UNKNOWN = {
    "nothing": b"",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "SVG behind a declaration": b'<?xml version="1.0"?><svg/>',
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "GIF": b"GIF89a" + bytes(20),
    "AVIF": bytes(4) + b"ftypavif" + bytes(20),
    "Windows icon": b"\x00\x00\x01\x00" + bytes(20),
    "sound": part(b"RIFF", b"WAVE" + bytes(20)),
    "moving WebP": webp(extended(40, 50, 0x02), part(b"ANIM", bytes(6)), part(b"ANMF", bytes(24))),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_no_still_picture_of_the_three_formats_is_unknown(name: str) -> None:
    with pytest.raises(Unknown):
        read_picture(UNKNOWN[name], MOST)
    refused = check_logo(UNKNOWN[name])
    assert isinstance(refused, Refused)
    assert refused.code == RefusalCode.LOGO_FORMAT_UNKNOWN


def bomb(length: int) -> bytes:
    """A PNG of 40 by 50 dots that unpacks to something else."""
    packed = zlib.compress(bytes(length), 9)
    return SIGNATURE + header(40, 50) + chunk(b"IDAT", packed) + chunk(b"IEND")


DOTS = chunk(b"IDAT", zlib.compress(rows(40, 50)))
END = chunk(b"IEND")
CUT = chunk(b"IDAT", zlib.compress(rows(40, 50))[:-5])
DAMAGED = {
    "a bomb": bomb(50_000_000),
    "too few dots": bomb(50 * 121 - 1),
    "no end of the packed dots": SIGNATURE + header(40, 50) + CUT + END,
    "no packed dots": SIGNATURE + header(40, 50) + chunk(b"IDAT", b"not packed") + END,
    "no dots": SIGNATURE + header(40, 50) + END,
    "no header": SIGNATURE + DOTS + END,
    "two headers": SIGNATURE + header(40, 50) + header(40, 50) + DOTS + END,
    "no end": SIGNATURE + header(40, 50) + DOTS,
    "a wrong checksum": png(40, 50)[:-1] + b"\x00",
    "a length beyond the file": SIGNATURE + b"\xff\xff\xff\xffIHDR",
    "a depth that the colour does not have": SIGNATURE + header(40, 50, 4, 2) + DOTS + END,
    "an unknown colour": SIGNATURE + header(40, 50, 8, 5) + DOTS + END,
    "an unknown critical chunk": png(40, 50, besides=[chunk(b"ABCD", b"x")]),
    "a chunk without a name": png(40, 50, besides=[chunk(b"ab\x00d", b"x")]),
    "no palette": SIGNATURE + header(40, 50, 8, 3) + DOTS + END,
    "two palettes": png(40, 50, 8, 3, [chunk(b"PLTE", b"abc")]),
    "no width": SIGNATURE + header(0, 50) + DOTS + END,
    "a short header": SIGNATURE + chunk(b"IHDR", bytes(12)) + DOTS + END,
    "a jpeg of one marker": b"\xff\xd8\xff",
    "a jpeg without an end": jpeg(40, 50)[:-2],
    "a jpeg without a frame": b"\xff\xd8" + segment(0xDB, bytes(65)) + b"\xff\xd9",
    "a scan before its frame": b"\xff\xd8" + SCAN + frame(40, 50) + b"\xff\xd9",
    "a frame without a scan": b"\xff\xd8" + frame(40, 50) + b"\xff\xd9",
    "two frames": jpeg(40, 50, [frame(40, 50)]),
    "arithmetic codes": b"\xff\xd8" + frame(40, 50, kind=0xC9) + SCAN + b"\xff\xd9",
    "five components": b"\xff\xd8" + frame(40, 50, 5) + SCAN + b"\xff\xd9",
    "a scan of nothing": b"\xff\xd8" + frame(40, 50) + segment(0xDA, bytes(6)) + b"\xff\xd9",
    "scans without number": b"\xff\xd8" + frame(40, 50) + SCAN * 65 + b"\xff\xd9",
    "a segment of no length": b"\xff\xd8\xff\xe0\x00\x00" + jpeg(40, 50)[2:],
    "a jpeg with something between": b"\xff\xd8\xff\xfe\x00\x02x" + jpeg(40, 50)[2:],
    "a height that comes later": jpeg(40, 0),
    "a WebP longer than the file": webp(lossy(40, 50))[:-2],
    "a WebP without a frame": webp(part(b"ICCP", b"xx")),
    "a WebP of two frames": webp(lossy(40, 50), lossy(40, 50)),
    "a frame between others": webp(part(b"VP8 ", b"\x11\x00\x00\x9d\x01\x2a\x28\x00\x32\x00")),
    "no start of the frame": webp(part(b"VP8 ", bytes(10))),
    "no lossless start": webp(part(b"VP8L", bytes(10))),
    "another version": webp(part(b"VP8L", b"\x2f" + b"\xff" * 8)),
    "a canvas of another size": webp(extended(41, 50), lossy(40, 50)),
    "a short canvas": webp(part(b"VP8X", b"\x10"), lossy(40, 50)),
    "something in front": webp(part(b"EXIF", b"xx"), lossy(40, 50)),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_not_as_its_format_says_is_refused(name: str) -> None:
    with pytest.raises(Damaged):
        read_picture(DAMAGED[name], MOST)
    refused = check_logo(DAMAGED[name])
    assert isinstance(refused, Refused)
    assert refused.code == RefusalCode.LOGO_DAMAGED


@pytest.mark.parametrize(
    "content",
    [
        SIGNATURE + header(2**31 - 1, 2**31 - 1) + DOTS + END,
        b"\xff\xd8" + frame(65_535, 65_535) + SCAN + b"\xff\xd9",
        webp(lossless(16_384, 16_384)),
        webp(lossy(16_383, 16_383)),
    ],
)
def test_too_many_dots_are_refused_before_any_is_unpacked(content: bytes) -> None:
    with pytest.raises(TooManyDots):
        read_picture(content, MOST)


@given(st.sampled_from(list(GOOD.values())), st.data())
def test_no_damage_does_anything_but_refuse(good: bytes, data: st.DataObject) -> None:
    spoilt = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(spoilt) - 1))
        spoilt[place] = data.draw(st.integers(0, 255))
    cut = bytes(spoilt[: data.draw(st.integers(0, len(spoilt)))])
    found = check_logo(cut)
    if isinstance(found, Picture):
        assert read_picture(found.content, MOST_SIDE) == found


@given(
    st.binary(max_size=300), st.sampled_from([SIGNATURE, b"\xff\xd8\xff", b"RIFF\x20\x00\x00\x00WEBP", b""])
)
def test_made_up_bytes_are_refused(content: bytes, start: bytes) -> None:
    assert isinstance(check_logo(start + content), Refused)


def test_a_logo_keeps_to_its_bounds() -> None:
    def code(content: bytes) -> str | None:
        found = check_logo(content)
        return found.code if isinstance(found, Refused) else None

    assert code(png(LEAST_SIDE, MOST_SIDE, 1, 3)) is None
    assert code(png(MOST_SIDE + 1, LEAST_SIDE)) == RefusalCode.LOGO_SIZE_UNFIT
    assert code(png(LEAST_SIDE - 1, LEAST_SIDE)) == RefusalCode.LOGO_SIZE_UNFIT
    assert code(heavy_png(HEAVIEST)) == RefusalCode.LOGO_TOO_HEAVY
    assert code(jpeg(40, 50, [segment(0xE1, bytes(60_000))])) is None, "weighed without its metadata"


def test_a_logo_has_words_for_whoever_does_not_see_it() -> None:
    picture = read_picture(png(40, 50), MOST)
    assert isinstance(logo_of(picture, "", "fr"), Refused)
    assert isinstance(logo_of(picture, "x" * 201, "fr"), Refused)
    logo = logo_of(picture, "Blason", "fr")
    assert not isinstance(logo, Refused)
    assert len(logo.digest) == 64
