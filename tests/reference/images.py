#!/usr/bin/env python3
"""Writes images of every format and mode that ResLab reads, and what Pillow makes of them.

usage: images.py DIR

For each image FILE, FILE.expected holds "HEIGHT WIDTH CHANNELS\n" and the bytes of convert("RGB"), upright,
and FILE.grey those of convert("L"). Prints "skipped: ..." if Pillow is not installed.
"""

import random
import struct
import sys
from pathlib import Path

try:
    from PIL import Image, ImageOps
except ImportError as error:
    print("skipped:", error)
    sys.exit(0)

HEIGHT, WIDTH = 23, 37
chance = random.Random(1)


def pixels(bands, height=HEIGHT, width=WIDTH):
    """Smooth in every band, with noise."""
    values = bytearray()
    for y in range(height):
        for x in range(width):
            for band in range(bands):
                smooth = (60 * band + 200 * y // height + (150 - 70 * band) * x // width) % 256
                values.append(min(255, max(0, smooth + chance.randint(-9, 9))))
    return bytes(values)


def image(mode, height=HEIGHT, width=WIDTH):
    bands = {"RGB": 3, "RGBA": 4, "CMYK": 4, "L": 1, "LA": 2, "1": 1, "P": 3}[mode]
    base = {"1": "L", "P": "RGB"}.get(mode, mode)
    made = Image.frombytes(base, (width, height), pixels(bands, height, width))
    if mode == "P":
        return made.quantize(40)
    return made.convert(mode)


def oriented(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def write_all(folder):
    def save(name, what, **options):
        what.save(folder / name, **options)

    for mode in ("RGB", "RGBA", "L", "LA", "1", "P"):
        save(f"png-{mode}.png", image(mode))
    save("png-transparent-P.png", image("P"), transparency=3)
    save("png-transparent-L.png", image("L"), transparency=30)
    save("png-transparent-RGB.png", image("RGB"), transparency=(10, 20, 30))
    for bits in (1, 2, 4):
        save(f"png-P{bits}.png", image("RGB").quantize(2**bits), bits=bits)
    for mode in ("RGB", "L", "CMYK"):
        save(f"jpeg-{mode}.jpg", image(mode), quality=90)
        save(f"jpeg-progressive-{mode}.jpg", image(mode), quality=90, progressive=True)
    for sampling in (0, 1, 2):
        save(f"jpeg-{sampling}.jpg", image("RGB"), quality=85, subsampling=sampling)
    for mode in ("RGB", "RGBA"):
        save(f"webp-{mode}.webp", image(mode), quality=80)
        save(f"webp-lossless-{mode}.webp", image(mode), lossless=True, exact=True)
    save("webp-animation.webp", image("RGB"), save_all=True, append_images=[image("RGB")], lossless=True)
    for mode in ("P", "L", "1"):
        save(f"gif-{mode}.gif", image(mode))
        save(f"gif-interlaced-{mode}.gif", image(mode), interlace=1)
    save("gif-transparent.gif", image("P"), transparency=5)
    save("gif-animation.gif", image("P"), save_all=True, append_images=[image("P")], loop=0)
    for mode in ("RGB", "L", "P", "1"):
        save(f"bmp-{mode}.bmp", image(mode))
    save("bmp-RGBA.bmp", image("RGBA"))
    for mode in ("RGB", "L", "1"):
        save(f"pnm-{mode}.ppm", image(mode))
    for mode in ("RGB", "RGBA", "L", "LA", "P", "1", "CMYK"):
        for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
            save(f"tiff-{mode}-{compression}.tif", image(mode), compression=compression)
    save("tiff-jpeg.tif", image("RGB"), compression="jpeg", quality=90)
    save("tiff-group4.tif", image("1"), compression="group4")
    for orientation in range(1, 9):
        exif = oriented(orientation)
        save(f"exif-{orientation}.jpg", image("RGB"), quality=95, exif=exif)
        save(f"exif-{orientation}.png", image("RGB"), exif=exif)
        save(f"exif-{orientation}.webp", image("RGB"), lossless=True, exif=exif)
        save(f"exif-{orientation}.tif", image("RGB"), tiffinfo={0x0112: orientation})
    write_by_hand(folder)


def write_by_hand(folder):
    """Files that Pillow reads but does not write."""
    values = pixels(3)
    plain = b"P3 # a comment\n%d %d\n15\n" % (WIDTH, HEIGHT) + b" ".join(b"%d" % (v // 16) for v in values)
    (folder / "plain.ppm").write_bytes(plain)
    (folder / "six.pgm").write_bytes(b"P5 %d %d 6\n" % (WIDTH, HEIGHT) + bytes(v % 7 for v in values[::3]))
    (folder / "wide.ppm").write_bytes(
        b"P6\n%d %d\n65535\n" % (WIDTH, HEIGHT) + b"".join(struct.pack(">H", v * 250 + 7) for v in values))
    (folder / "plain.pbm").write_bytes(
        b"P1\n%d %d\n" % (WIDTH, HEIGHT) + b"".join(b"%d" % (v & 1) for v in values[::3]))

    def bmp(name, bits, compression, header, palette, data, height=HEIGHT):
        start = 14 + len(header) + 40 + len(palette)
        info = struct.pack("<IiiHHIIiiII", 40, WIDTH, height, 1, bits, compression, len(data), 0, 0, len(palette) // 4, 0)
        (folder / name).write_bytes(
            b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + info + header + palette + data)

    def rows(stride):
        return b"".join(bytes(chance.randrange(256) for _ in range(stride)) for _ in range(HEIGHT))

    palette = bytes(chance.randrange(256) if i % 4 < 3 else 0 for i in range(1024))
    bmp("bmp-4.bmp", 4, 0, b"", palette[:64], rows((WIDTH * 4 + 31) // 32 * 4))
    bmp("bmp-555.bmp", 16, 0, b"", b"", rows((WIDTH * 16 + 31) // 32 * 4))
    bmp("bmp-565.bmp", 16, 3, struct.pack("<III", 0xF800, 0x7E0, 0x1F), b"", rows((WIDTH * 16 + 31) // 32 * 4))
    bmp("bmp-32.bmp", 32, 0, b"", b"", rows(WIDTH * 4))
    bmp("bmp-top-down.bmp", 24, 0, b"", b"", rows((WIDTH * 24 + 31) // 32 * 4), height=-HEIGHT)
    runs = b""
    for y in range(HEIGHT):
        runs += bytes([20, y]) + bytes([0, WIDTH - 20]) + bytes(range(WIDTH - 20)) + b"\0" * ((WIDTH - 20) % 2) + b"\0\0"
    bmp("bmp-rle8.bmp", 8, 1, b"", palette, runs + b"\0\1")
    runs = b""
    for y in range(HEIGHT):
        runs += bytes([WIDTH, y * 7 % 256]) + b"\0\0"
    bmp("bmp-rle4.bmp", 4, 2, b"", palette[:64], runs + b"\0\1")
    old = struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, 8)
    (folder / "bmp-os2.bmp").write_bytes(
        b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + 12 + 768) + old + palette[:768] + rows((WIDTH * 8 + 31) // 32 * 4))


def expect(path):
    with Image.open(path) as opened:
        upright = ImageOps.exif_transpose(opened)
        for mode, ending in (("RGB", ".expected"), ("L", ".grey")):
            made = upright.convert("RGB").convert(mode)
            made_bytes = made.tobytes()
            header = b"%d %d %d\n" % (made.height, made.width, len(made.getbands()))
            Path(str(path) + ending).write_bytes(header + made_bytes)


def main():
    folder = Path(sys.argv[1])
    write_all(folder)
    paths = sorted(folder.iterdir())
    for path in paths:
        expect(path)
    print(len(paths), "images")


if __name__ == "__main__":
    main()
