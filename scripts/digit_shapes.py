"""Writes evidence/text/tables/digit_shapes.json: networks that tell digits by shape, learnt from drawn lines.

`python scripts/digit_shapes.py [FOLDER_OF_FONTS …]`: Thai fonts (.ttf) of the folders, by default fonts-thai-tlwg.
Lines of digits, Thai words and Latin words are drawn at sizes of scans, worn (blur, noise, skew, uneven ink, JPEG),
and cut by the reader's own cutter, so that what is learnt is what is met. The letters teach what is no digit.
"""

from __future__ import annotations

import base64
import io
import itertools
import json
import random
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from evidence.text import digits, quality

DEFAULT = "/usr/share/fonts/truetype/tlwg"
TARGET = Path(__file__).parents[1] / "evidence/text/tables/digit_shapes.json"
LINES = 16_000
HIDDEN, NETWORKS, ROUNDS, BATCH = 72, 2, 30, 256
UNUSABLE = ("Purisa", "Mono", "Typewriter", "Typist", "Typo")
AMBIGUOUS = set("oOlI|ํ°.,-:;'\"`•()/[]{}!ๆ")
LATIN = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ%&@#+=฿ฯ«»§$"


def main() -> None:
    folders = sys.argv[1:] or [DEFAULT]
    fonts = [p for f in folders for p in sorted(Path(f).glob("*.ttf")) if not any(n in p.name for n in UNUSABLE)]
    inputs, labels = samples(fonts, LINES, seed=1)
    print(len(fonts), "fonts,", len(labels), "shapes", np.bincount(labels, minlength=len(digits.CLASSES)))
    stored = [learn(inputs, labels, seed) for seed in range(NETWORKS)]
    TARGET.write_text(json.dumps({"classes": "".join(digits.CLASSES), "networks": stored}) + "\n", "utf-8")
    digits._networks.cache_clear()
    fresh, truth = samples(fonts, 800, seed=99)
    chances = digits.classify(list(fresh.reshape(-1, digits.SIDE, digits.SIDE)))
    right = chances.argmax(axis=1) == truth
    sure = chances.max(axis=1) >= digits.SURE
    print(f"fresh lines: right {right.mean():.4f}, sure {sure.mean():.4f}, sure and wrong {(sure & ~right).mean():.5f}")


def samples(fonts: list[Path], lines: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of shapes (rows) and the index of what each is in `digits.CLASSES`."""
    chance = random.Random(seed)
    words = sorted(quality.dictionary())
    inputs, labels = [], []
    for _ in range(lines):
        font = ImageFont.truetype(str(chance.choice(fonts)), chance.randint(24, 56))
        drawn = _drawn(chance, font, words)
        if drawn is None:
            continue
        for piece, label in drawn:
            inputs.append(piece.picture.ravel())
            labels.append(label)
    return np.asarray(inputs, np.float32), np.asarray(labels)


def _drawn(chance: random.Random, font: ImageFont.FreeTypeFont, words: list[str]) -> list | None:
    """One worn line: its shapes with what they are."""
    kind = chance.random()
    if kind < 0.45:
        text = "".join(chance.choice(digits.THAI) for _ in range(12))
        text = _parted(text, chance)
    elif kind < 0.62:
        text = "".join(chance.choice(digits.ARABIC) for _ in range(12))
        text = _parted(text, chance)
    elif kind < 0.88:
        text = " ".join(chance.choice(words) for _ in range(3))[:30]
    else:
        text = "".join(chance.choice(LATIN) for _ in range(10))
    spread = chance.choice([0, 0, 1, 2])
    left, places, x = 30, [], 30.0
    canvas = Image.new("L", (1700, 140), chance.randint(225, 255))
    pen = ImageDraw.Draw(canvas)
    shade = chance.randint(0, 90)
    if kind < 0.62 or kind >= 0.88:
        for sign in text:
            pen.text((x, 30), sign, font=font, fill=shade)
            places.append((x, x + font.getlength(sign), sign))
            x += font.getlength(sign) + spread
    else:
        pen.text((left, 30), text, font=font, fill=shade)
        x += font.getlength(text)
    canvas = canvas.crop((0, 0, int(x) + 30, 140))
    worn = wear(canvas, chance)
    shapes = [shape for shape in digits.pieces(np.asarray(worn)) if shape.height >= 5 or shape.width >= 5]
    if not places:
        if AMBIGUOUS & set(text):
            shapes = [shape for shape in shapes if shape.height > 0.2 * font.size]
        return [(shape, len(digits.CLASSES) - 1) for shape in shapes if shape.height > 0.28 * font.size]
    found = []
    for start, end, sign in places:
        mine = [s for s in shapes if start - 1 <= s.centre <= end + 1]
        if len(mine) != 1 or (sign != "," and not 0.3 * font.size < mine[0].height):
            continue
        if sum(a - 1 <= mine[0].centre <= b + 1 for a, b, _ in places) != 1 or mine[0].width > 1.25 * (end - start) + 3:
            continue
        found.append((mine[0], digits.CLASSES.index(sign) if sign in digits.CLASSES else len(digits.CLASSES) - 1))
    return found


def _parted(text: str, chance: random.Random) -> str:
    """The digits with a comma or a stroke here and there."""
    return "".join(sign + (chance.choice(",/") if chance.random() < 0.15 else "") for sign in text)


def wear(picture: Image.Image, chance: random.Random) -> Image.Image:
    """The picture after printing and scanning: smaller or larger, turned a little, blurred, noisy, packed as JPEG."""
    scale = chance.uniform(0.6, 1.1)
    picture = (
        picture.resize((round(picture.width * scale), picture.height), Image.Resampling.BICUBIC).resize(
            picture.size, Image.Resampling.BICUBIC
        )
        if chance.random() < 0.3
        else picture
    )
    ground = picture.getpixel((0, 0))
    picture = picture.rotate(chance.uniform(-1.2, 1.2), Image.Resampling.BICUBIC, fillcolor=ground)
    if chance.random() < 0.25:
        picture = picture.filter(chance.choice([ImageFilter.MinFilter(3), ImageFilter.MaxFilter(3)]))
    if chance.random() < 0.7:
        picture = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0.2, 1.3)))
    levels = np.asarray(picture, np.float32)
    noise = np.random.default_rng(chance.randrange(1 << 30)).normal(0, chance.choice([0, 4, 10, 18]), levels.shape)
    picture = Image.fromarray(np.clip(levels + noise, 0, 255).astype(np.uint8))
    if chance.random() < 0.5:
        packed = io.BytesIO()
        picture.save(packed, "JPEG", quality=chance.randint(30, 85))
        picture = Image.open(packed).convert("L")
    return picture


def learn(inputs: np.ndarray, labels: np.ndarray, seed: int) -> dict:
    """A network of one hidden layer, by Adam on cross entropy, packed to a byte a weight."""
    chance = np.random.default_rng(seed)
    sizes = (inputs.shape[1], HIDDEN, len(digits.CLASSES))
    weights = [chance.normal(0, (2 / a) ** 0.5, (a, b)).astype(np.float32) for a, b in itertools.pairwise(sizes)]
    values = [weights[0], np.zeros(HIDDEN, np.float32), weights[1], np.zeros(sizes[2], np.float32)]
    means, squares = [np.zeros_like(v) for v in values], [np.zeros_like(v) for v in values]
    step = 0
    steps = ROUNDS * (len(labels) // BATCH)
    for _ in range(ROUNDS):
        order = chance.permutation(len(labels))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            step += 1
            rows = order[start : start + BATCH]
            x = inputs[rows] * (chance.random((BATCH, sizes[0]), np.float32) > 0.05)
            hidden = np.maximum(x @ values[0] + values[1], 0)
            error = digits._softmax(hidden @ values[2] + values[3])
            error[np.arange(BATCH), labels[rows]] -= 1
            error /= BATCH
            back = (error @ values[2].T) * (hidden > 0)
            slopes = [x.T @ back, back.sum(0), hidden.T @ error, error.sum(0)]
            rate = 2e-3 * (1 - step / (steps + 1))
            for index, slope in enumerate(slopes):
                slope = slope + (1e-5 * values[index] if values[index].ndim == 2 else 0)
                means[index] = 0.9 * means[index] + 0.1 * slope
                squares[index] = 0.999 * squares[index] + 0.001 * slope**2
                fixed = means[index] / (1 - 0.9**step), squares[index] / (1 - 0.999**step)
                values[index] = (values[index] - rate * fixed[0] / (np.sqrt(fixed[1]) + 1e-8)).astype(np.float32)
    return dict(zip(("w1", "b1", "w2", "b2"), (_packed(value) for value in values), strict=True))


def _packed(values: np.ndarray) -> dict:
    scale = float(np.abs(values).max()) / 127 or 1.0
    whole = np.round(values / scale).astype(np.int8)
    return {"shape": list(values.shape), "scale": scale, "int8": base64.b64encode(whole.tobytes()).decode()}


if __name__ == "__main__":
    main()
