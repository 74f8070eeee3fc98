"""JPEG and PNG images, looked through from marker to marker and from chunk to chunk; no picture is held in memory."""

from collections.abc import Iterator
from io import BytesIO
from struct import Struct
from zlib import crc32, decompressobj

from shared.formats import Unopened

MOST_PIXELS = 200_000_000  # the largest cameras of telephones
_STEP = 65_536
_PNG_HEADER = Struct(">IIBBBBB")
_PNG_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a pixel, by colour type
_JPEG_FRAME = Struct(">xHH")
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_WITHOUT_LENGTH = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
_JPEG_SCAN, _JPEG_END, _JPEG_FILL = 0xDA, 0xD9, 0xFF


def open_png(content: BytesIO) -> None:
    """Reads every chunk with its checksum, and unpacks the pixels without keeping them. Raises Unopened."""
    content.seek(8)
    inflate, unpacked, least = decompressobj(), 0, 0
    for name, data in _png_chunks(content):
        if name == b"IHDR":
            width, height, depth, colour, *_ = _PNG_HEADER.unpack(data)
            _keep_in_bounds(width, height)
            least = height * -(-width * depth * _PNG_SAMPLES[colour] // 8)
        packed = data if name == b"IDAT" else b""
        while packed and unpacked < least:
            unpacked += len(inflate.decompress(packed, _STEP))
            packed = inflate.unconsumed_tail
    if not least or unpacked < least:
        raise Unopened("file_damaged")


def _png_chunks(content: BytesIO) -> Iterator[tuple[bytes, bytes]]:
    """Name and data of each chunk, to the last."""
    name = b""
    while name != b"IEND":
        length, name = int.from_bytes(content.read(4)), content.read(4)
        data, checksum = content.read(length), content.read(4)
        if len(data) != length or checksum != crc32(data, crc32(name)).to_bytes(4):
            raise Unopened("file_damaged")
        yield name, data


def open_jpeg(content: BytesIO) -> None:
    """Goes from marker to marker; there must be a frame of some size, a scan, and the end. Raises Unopened."""
    found = set()
    for marker, segment in _jpeg_segments(content.getvalue()):
        if marker in _JPEG_FRAMES:
            height, width = _JPEG_FRAME.unpack_from(segment)
            _keep_in_bounds(width, height)
        found.add("frame" if marker in _JPEG_FRAMES else "scan" if marker == _JPEG_SCAN else "other")
    if not found >= {"frame", "scan"}:
        raise Unopened("file_damaged")


def _jpeg_segments(image: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and segment of each, to the end of the image; packed pixels are passed over."""
    start = image.find(b"\xff", 2)
    while 0 < start < len(image) - 1:
        marker = image[start + 1]
        if marker == _JPEG_END:
            return
        length = 0
        if marker not in _JPEG_WITHOUT_LENGTH and marker != _JPEG_FILL:
            length = int.from_bytes(image[start + 2 : start + 4])
            yield marker, image[start + 4 : start + 2 + length]
        start = image.find(b"\xff", start + (1 if marker == _JPEG_FILL else 2) + length)
    raise Unopened("file_damaged")


def _keep_in_bounds(width: int, height: int) -> None:
    if not width or not height:
        raise Unopened("file_damaged")
    if width * height > MOST_PIXELS:
        raise Unopened("file_too_complex")
