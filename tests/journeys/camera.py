"""A camera that films one code: an uncompressed film for Chromium's fake capture device."""

from pathlib import Path

import qrcode

WIDTH, HEIGHT, FRAMES = 640, 480, 5
WHITE, BLACK, GREY = 235, 16, 128


def film_code(text: str, path: Path) -> Path:
    """Write a film (YUV4MPEG2, C420jpeg) that shows `text` as a QR code with its quiet zone; nothing for no text.

    A film that is there is written over in place: its size is always the same, and a browser that films it sees the
    next picture.
    """
    picture = _draw(text) if text else bytes([WHITE]) * (WIDTH * HEIGHT)
    colourless = bytes([GREY]) * (WIDTH * HEIGHT // 2)
    header = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.touch()
    with path.open("r+b") as film:
        film.write(header + (b"FRAME\n" + picture + colourless) * FRAMES)
    return path


def _draw(text: str) -> bytes:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    matrix = code.get_matrix()
    scale = HEIGHT // len(matrix)
    left, top = (WIDTH - scale * len(matrix)) // 2, (HEIGHT - scale * len(matrix)) // 2
    picture = bytearray([WHITE]) * (WIDTH * HEIGHT)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                for y in range(top + row * scale, top + (row + 1) * scale):
                    start = y * WIDTH + left + column * scale
                    picture[start : start + scale] = bytes([BLACK]) * scale
    return bytes(picture)
