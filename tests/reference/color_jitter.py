"""Changes colours as torchvision's functions define it, for the comparison in color_jitter_test.cpp.

Each line of the input holds the names of the four steps in their order, then brightness, contrast,
saturation and hue, then the bytes of the pixels. The answer is a line of unrounded values, 0 to 255.
"""
import colorsys
import sys


def gray(pixel):
    return 0.2989 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]


def blend(pixel, other, factor):
    return [min(max(factor * a + (1 - factor) * b, 0), 1) for a, b in zip(pixel, other)]


def turn(pixel, shift):
    hue, saturation, value = colorsys.rgb_to_hsv(*pixel)
    return list(colorsys.hsv_to_rgb((hue + shift) % 1, saturation, value))


def changed(pixels, step, factor):
    if step == "brightness":
        return [blend(p, [0, 0, 0], factor) for p in pixels]
    if step == "contrast":
        mean = sum(map(gray, pixels)) / len(pixels)
        return [blend(p, [mean] * 3, factor) for p in pixels]
    if step == "saturation":
        return [blend(p, [gray(p)] * 3, factor) for p in pixels]
    return [turn(p, factor) for p in pixels]


for line in sys.stdin:
    words = line.split()
    factors = dict(zip(["brightness", "contrast", "saturation", "hue"], map(float, words[4:8])))
    values = [int(word) / 255 for word in words[8:]]
    image = [values[i:i + 3] for i in range(0, len(values), 3)]
    for name in words[:4]:
        image = changed(image, name, factors[name])
    print(*(255 * value for pixel in image for value in pixel), flush=True)
