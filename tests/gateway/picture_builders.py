"""Pictures for the gateway's tests, made by Pillow, with what a phone writes into them."""

from __future__ import annotations

import base64
import struct
import zlib
from io import BytesIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = "30.2741N 120.1551E"
ORIENTATION, MAKER, GPS, GPS_NOTE = 0x0112, 0x010F, 0x8825, 0x001C


def data_url(content: bytes, declared: str = "image/jpeg") -> str:
    """As the shop's system sends it."""
    return f"data:{declared};base64,{base64.b64encode(content).decode()}"


def a_picture(file_format: str = "PNG", size: tuple[int, int] = (40, 20), *, orientation: int = 1, **options: object) -> bytes:
    """Left half red, right half blue, with the place in EXIF, and where the format has them in texts."""
    image = Image.new("RGB", size, (220, 0, 0))
    image.paste((0, 0, 220), (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[MAKER], exif[ORIENTATION] = "phone " + PLACE, orientation
    exif.get_ifd(GPS)[GPS_NOTE] = b"ASCII\0\0\0" + PLACE.encode()
    more = {"PNG": {"pnginfo": _texts()}, "JPEG": {"comment": PLACE.encode(), "quality": 80}, "WEBP": {"xmp": PLACE.encode()}}[file_format]
    out = BytesIO()
    image.save(out, file_format, exif=exif, **(more | options))
    return out.getvalue()


def moving_webp() -> bytes:
    """Two frames."""
    first, second = Image.new("RGB", (8, 8), (220, 0, 0)), Image.new("RGB", (8, 8), (0, 0, 220))
    out = BytesIO()
    first.save(out, "WEBP", save_all=True, append_images=[second])
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A small file whose header promises that many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000)) + chunk(b"IEND", b"")


def _texts() -> PngInfo:
    info = PngInfo()
    info.add_text("Comment", PLACE)
    info.add_text("XML:com.adobe.xmp", PLACE, zip=True)
    return info
