"""Pictures below var/uploads."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.gateway.pictures import MAX_BYTES, NAME, Pictures, PictureTooLarge

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 20
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "
HOST = "desk.shop.cn:8080"


def data_url(content: bytes, declared: str = "image/jpeg") -> str:
    return f"data:{declared};base64,{base64.b64encode(content).decode()}"


@pytest.mark.parametrize(("content", "ending"), [(PNG, ".png"), (JPEG, ".jpg"), (WEBP, ".webp")])
def test_a_picture_is_stored_under_an_own_name_with_its_real_ending(tmp_path: Path, content: bytes, ending: str) -> None:
    names, fresh = Pictures(tmp_path / "uploads").keep((data_url(content, "image/gif"),), HOST)
    assert names == fresh
    assert NAME.fullmatch(names[0])
    assert names[0].endswith(ending)
    kept = tmp_path / "uploads" / names[0]
    assert kept.read_bytes() == content
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "image",
    [
        data_url(b"GIF89a" + b"0" * 20),
        data_url(b"<svg onload=alert(1)>", "image/png"),
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
        Pictures(tmp_path / "uploads").keep((data_url(PNG), image), HOST)
    assert not (tmp_path / "uploads").exists()


def test_an_own_upload_is_named_again_not_copied(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    (name,), _ = pictures.keep((data_url(PNG),), HOST)
    for address in (f"/uploads/{name}", f"http://{HOST}/uploads/{name}", f"https://{HOST}/uploads/{name}?x=1"):
        assert pictures.keep((address,), HOST) == ((name,), ())
    assert len(list(tmp_path.iterdir())) == 1


def test_ten_megabytes_are_the_limit(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    largest = PNG + b"0" * (MAX_BYTES - len(PNG))
    assert len(pictures.keep((data_url(largest),), HOST)[0]) == 1
    with pytest.raises(PictureTooLarge, match="10 MB"):
        pictures.keep((data_url(largest + b"0000"),), HOST)


def test_pictures_of_a_duplicate_are_forgotten(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    _, fresh = pictures.keep((data_url(PNG),), HOST)
    pictures.forget(fresh)
    pictures.forget(fresh)
    assert list(tmp_path.iterdir()) == []
