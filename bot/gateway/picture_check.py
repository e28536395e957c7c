"""A program of its own that reads pictures to the last pixel and gives them back without what tells where they were taken.

It runs beside the gateway (pictures.py starts it), because a picture may need hundreds of megabytes and comes from strangers.
Standard input and output are frames: a 4-byte length and as many bytes. In: pictures. Out, for each: `J`, `P` or `W` and the clean
picture, or `?` and why not: `broken`, or `large` and the pixels. Arguments: the folder of Pillow, and the most pixels.
Nothing of ours is imported here, and Pillow only when it runs.
"""

from __future__ import annotations

import re
import struct
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from PIL.Image import Image

MEMORY_BYTES = 3_000_000_000  # of addresses: libwebp reserves its canvas before the header can be looked at
FRAME = struct.Struct(">I")
LETTERS = {"JPEG": b"J", "MPO": b"J", "PNG": b"P", "WEBP": b"W"}
# What says how the pixels look. Texts, times, EXIF, animations and private chunks are left out.
PNG_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"pHYs", b"bKGD"}
WEBP_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"}
JPEG_APPS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
JPEG_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)  # the others stand within a scan
ICC_AND_ALPHA = 0x30  # the flags of VP8X that stay true


class Refused(Exception):
    """Why a picture is none that we take."""


def clean(content: bytes, most_pixels: int) -> tuple[bytes, bytes]:
    """(letter of the format, the picture without metadata, upright). Refused with the reason."""
    from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401 (they register)

    Image.MAX_IMAGE_PIXELS = None  # Ours is checked below, from the header.
    try:
        image = Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
        if image.width * image.height > most_pixels:
            raise Refused(f"large {image.width}×{image.height}")
        image.load()
        return LETTERS[image.format or ""], _without_metadata(content, image)
    except Refused:
        raise
    except Exception:  # Whatever a decoder says of bytes that strangers made.
        raise Refused("broken") from None


def _without_metadata(content: bytes, image: Image) -> bytes:
    if image.format == "PNG":
        return content[:8] + b"".join(chunk for name, chunk in _png_chunks(content) if name in PNG_CHUNKS)
    if image.format == "WEBP" and getattr(image, "n_frames", 1) == 1:
        body = b"".join(_plain_webp(name, data) for name, data in _webp_chunks(content) if name in WEBP_CHUNKS)
        return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    if image.format != "WEBP" and image.getexif().get(0x0112, 1) == 1:
        # Not written anew: a photo of evidence must not lose a bit of what it shows.
        return b"".join(_plain_jpeg(content))
    return _written_anew(image)


def _written_anew(image: Image) -> bytes:
    """A JPEG turned as its EXIF says, or the first frame of what moves."""
    from PIL import ImageOps

    icc = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    turned.info = {}
    out = BytesIO()
    turned.save(out, "WEBP" if image.format == "WEBP" else "JPEG", quality=92, icc_profile=icc)
    return out.getvalue()


def _plain_jpeg(content: bytes) -> Iterator[bytes]:
    """From the first marker to the end of the first picture, without the segments that are no part of it."""
    yield b"\xff\xd8"
    at, in_scan = 2, False
    while marker := JPEG_MARKER.search(content, at):
        if in_scan:
            yield content[at : marker.start()]
        code = marker[1][0]
        if code == 0xD9:
            break
        at = marker.end() + int.from_bytes(content[marker.end() : marker.end() + 2], "big")
        metadata = code == 0xFE or (0xE0 <= code <= 0xEF)
        if not metadata or content.startswith(JPEG_APPS.get(code, b"?"), marker.end() + 2):
            yield content[marker.start() : at]
        in_scan = code == 0xDA
    yield b"\xff\xd9"


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at + 12 <= len(content):
        size = FRAME.unpack_from(content, at)[0] + 12
        name = content[at + 4 : at + 8]
        if at + size > len(content):
            raise Refused("broken")
        yield name, content[at : at + size]
        if name == b"IEND":
            return
        at += size
    raise Refused("broken")


def _webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, end = 12, min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    while at + 8 <= end:
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        yield content[at : at + 4], content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _plain_webp(name: bytes, data: bytes) -> bytes:
    if name == b"VP8X":
        data = bytes([data[0] & ICC_AND_ALPHA]) + data[1:]
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def frames(stream: BinaryIO) -> Iterator[bytes]:
    """The frames of a stream to its end."""
    while len(head := stream.read(FRAME.size)) == FRAME.size:
        yield stream.read(FRAME.unpack(head)[0])


def main(folder: str, most_pixels: int) -> None:
    """Answers every picture on standard input."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    sys.path.append(folder)
    for content in frames(sys.stdin.buffer):
        try:
            letter, answer = clean(content, most_pixels)
        except Refused as why:
            letter, answer = b"?", str(why).encode()
        sys.stdout.buffer.write(FRAME.pack(len(answer) + 1) + letter + answer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
