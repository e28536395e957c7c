"""Pictures below var/uploads."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from picture_builders import PLACE, a_picture, data_url, moving_webp, png_that_claims
from PIL import Image, ImageChops

from bot.errors import BadInput
from bot.gateway.pictures import MAX_BYTES, NAME, Pictures, PictureTooLarge

HOST = "desk.shop.cn:8080"


def kept(folder: Path, *contents: bytes) -> list[Path]:
    """The files that these pictures become."""
    names, fresh = Pictures(folder / "uploads").keep(tuple(data_url(content, "image/gif") for content in contents), HOST)
    assert names == fresh
    return [folder / "uploads" / name for name in names]


@pytest.mark.parametrize(("file_format", "ending"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp")])
def test_a_picture_is_stored_under_an_own_name_with_its_real_ending(tmp_path: Path, file_format: str, ending: str) -> None:
    (file,) = kept(tmp_path, a_picture(file_format))
    assert NAME.fullmatch(file.name)
    assert file.suffix == ending
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"quality": 90}, {"progressive": True}])
@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_the_place_is_taken_out_and_the_pixels_stay(tmp_path: Path, file_format: str, options: dict[str, object]) -> None:
    content = a_picture(file_format, **options)
    assert PLACE.encode() in content
    (file,) = kept(tmp_path, content + b"<script>" + PLACE.encode())
    stored = file.read_bytes()
    with Image.open(BytesIO(content)) as before, Image.open(file) as after:
        assert after.format == file_format
        assert not after.getexif()
        assert {"comment", "xmp", "Comment", "XML:com.adobe.xmp"} & set(after.info) == set()
        furthest = max(high for _, high in ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getextrema())
    assert furthest == 0
    assert PLACE.encode() not in stored
    assert b"script" not in stored


def test_a_photo_taken_sideways_is_stored_upright(tmp_path: Path) -> None:
    (file,) = kept(tmp_path, a_picture("JPEG", (400, 200), orientation=6))  # turn it clockwise
    with Image.open(file) as after:
        assert after.size == (200, 400)
        assert not after.getexif()
        top, bottom = after.getpixel((100, 50)), after.getpixel((100, 350))
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[0] > 150 > top[2]
    assert bottom[2] > 150 > bottom[0]


def test_colours_without_which_a_picture_looks_wrong_are_kept(tmp_path: Path) -> None:
    palette = Image.new("P", (4, 4))
    palette.putpalette([200, 10, 10, 10, 10, 200])
    out = BytesIO()
    palette.save(out, "PNG", transparency=0)
    (file,) = kept(tmp_path, out.getvalue())
    with Image.open(file) as after:
        assert after.convert("RGBA").getpixel((0, 0)) == (200, 10, 10, 0)


def test_of_what_moves_the_first_frame_is_kept(tmp_path: Path) -> None:
    (file,) = kept(tmp_path, moving_webp())
    with Image.open(file) as after:
        assert getattr(after, "n_frames", 1) == 1
        red, _, blue = after.convert("RGB").getpixel((4, 4))  # type: ignore[misc]
    assert red > 150 > blue


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_picture_that_was_cut_is_refused_with_what_to_do(tmp_path: Path, file_format: str, share: float) -> None:
    content = a_picture(file_format, (300, 300))
    with pytest.raises(BadInput, match="第 2 张图片不完整或已损坏：请重新拍照"):
        kept(tmp_path, a_picture(), content[: max(20, int(len(content) * share))])
    assert not (tmp_path / "uploads").exists()


@pytest.mark.parametrize("size", [(60_000, 60_000), (8000, 5001), (2**31 - 1, 1)])
def test_a_picture_with_too_many_pixels_is_refused_by_its_header(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match=rf"第 1 张图片有 {size[0]}×{size[1]} 像素，最多 4000 万像素：请缩小"):
        kept(tmp_path, png_that_claims(*size))


def test_one_format_inside_another_is_not_taken_for_it(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="不完整或已损坏"):
        kept(tmp_path, b"\x89PNG\r\n\x1a\n" + a_picture("JPEG"))


@pytest.mark.parametrize(
    "image",
    [
        data_url(b"GIF89a" + b"0" * 20),
        data_url(b"<svg onload=alert(1)>", "image/png"),
        data_url(b"\x89PNG\r\n\x1a\n" + b"0" * 20),
        data_url(b"\xff\xd8\xff\xe0" + b"0" * 20),
        data_url(b"RIFF\x10\x00\x00\x00WEBPVP8 "),
        data_url(b""),
        "data:image/png;base64,@@@@",
        "data:image/png;base64,退货",
        "data:text/html;base64,PGI+",
        "https://elsewhere.cn/uploads/" + "0" * 32 + ".png",
        "/uploads/../secrets/talk_key",
        "/uploads/" + "0" * 32 + ".png",
        "file:///etc/passwd",
        "http://[bad",
    ],
)
def test_anything_else_is_refused_by_its_number_and_nothing_is_written(tmp_path: Path, image: str) -> None:
    with pytest.raises(BadInput, match="第 2 张"):
        Pictures(tmp_path / "uploads").keep((data_url(a_picture()), image), HOST)
    assert not (tmp_path / "uploads").exists()


def test_an_own_upload_is_named_again_not_copied(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    (name,), _ = pictures.keep((data_url(a_picture()),), HOST)
    for address in (f"/uploads/{name}", f"http://{HOST}/uploads/{name}", f"https://{HOST}/uploads/{name}?x=1"):
        assert pictures.keep((address,), HOST) == ((name,), ())
    assert len(list(tmp_path.iterdir())) == 1


def test_ten_megabytes_are_the_limit(tmp_path: Path) -> None:
    pictures, small = Pictures(tmp_path), a_picture()
    largest = small + b"0" * (MAX_BYTES - len(small))
    assert len(pictures.keep((data_url(largest),), HOST)[0]) == 1
    with pytest.raises(PictureTooLarge, match="10 MB"):
        pictures.keep((data_url(largest + b"0000"),), HOST)


def test_pictures_of_a_duplicate_are_forgotten(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    _, fresh = pictures.keep((data_url(a_picture()),), HOST)
    pictures.forget(fresh)
    pictures.forget(fresh)
    assert list(tmp_path.iterdir()) == []
