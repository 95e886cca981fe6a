"""Writes evidence/text/tables/digit_shapes.json: a network that reads digits, learnt from drawn and worn lines.

`python scripts/digit_shapes.py FOLDER_OF_FONTS …` (Thai fonts that also have Latin digits, .ttf; needs torch, which
nothing else here does). Numbers among Thai and Latin words are drawn at sizes of scans, worn (thicker or thinner,
slanted, blurred, noisy, black and white, ruled, JPEG), and cut by the reader's own cutter. Fonts named in HELD_OUT are
never learnt from: `benchmarks/ocr.py --unseen` measures with them how unseen fonts are read.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import multiprocessing
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from evidence.text import digits, quality

TARGET = Path(__file__).parents[1] / "evidence/text/tables/digit_shapes.json"
HELD_OUT = ("Noto", "Sawasdee", "Prompt")
UNUSABLE = ("Purisa", "Srisakdi", "Charm", "Webdings")
TO_THAI = str.maketrans(digits.ARABIC, digits.THAI)
WIDE = 384
"""Columns of a strip that is learnt from; longer ones are cut."""
UNKNOWN = -1
"""Columns of which nothing is learnt: it is not certain what stands there."""
LATIN = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ%&@#+=฿ฯ«»§$()[]:;\"'*?!"
ABOVE_OR_BELOW = set("ัิีึืฺุู็่้๊๋์ํ๎")
OTHER, NOTHING = len(digits.CLASSES) - 1, len(digits.CLASSES)
CHANNELS = (16, 32, 48, 96, 96)


def main() -> None:
    arguments = _arguments()
    fonts = usable(arguments.folders)
    print(len(fonts), "fonts")
    with multiprocessing.Pool(1) as pool:
        for layers in learn(fonts, arguments.strips, arguments.minutes, pool, arguments.start, arguments.keep):
            stored = {
                "classes": "".join(digits.CLASSES),
                "fonts": sorted(Path(f).name for f in fonts),
                "layers": layers,
            }
            Path(arguments.out).write_text(json.dumps(stored) + "\n", "utf-8")


def usable(folders: list[str], held_out: bool = False) -> list[str]:
    """Fonts of folders, those to learn from or those held out."""
    found = [path for folder in folders for path in sorted(Path(folder).glob("*.ttf"))]
    found = [path for path in found if not any(name.lower() in path.name.lower() for name in UNUSABLE)]
    return [str(p) for p in found if any(name.lower() in p.name.lower() for name in HELD_OUT) == held_out]


# What is written


def number(chance: random.Random) -> str:
    """A number as documents have it, in Arabic digits; every digit is as likely as any other."""

    def some(least: int, most: int) -> str:
        return "".join(chance.choice(digits.ARABIC) for _ in range(chance.randint(least, most)))

    kind = chance.randrange(11)
    if kind < 3:
        return some(4, 4)
    if kind == 3:
        return (
            some(1, 3)
            + "".join("," + some(3, 3) for _ in range(chance.randint(1, 3)))
            + chance.choice(["", "." + some(2, 2), ".-"])
        )
    if kind == 4:
        return f"{some(1, 5)}/{some(2, 4)}"
    if kind == 5:
        return chance.choice("/.-").join([some(1, 2), some(1, 2), some(2, 4)])
    if kind == 6:
        return "-".join([some(1, 3), some(2, 4), some(3, 4)])
    if kind == 7:
        return ".".join(some(1, 2) for _ in range(chance.randint(1, 4))) + chance.choice(["", ".", ")"])
    if kind == 8:
        return chance.choice(["(", ""]) + some(1, 3) + chance.choice([")", ".", "%", ":"])
    if kind == 9:
        return some(1, 13)
    return "".join(chance.choice(digits.ARABIC + digits.POINTS) for _ in range(chance.randint(4, 12)))


def line(chance: random.Random, words: list[str]) -> list[str]:
    """The pieces of a line: numbers among words, words alone."""

    def word() -> str:
        if chance.random() < 0.75:
            return chance.choice(words)
        return "".join(chance.choice(LATIN) for _ in range(chance.randint(1, 8)))

    def written() -> str:
        text = number(chance)
        script = chance.random()
        if script < 0.62:
            return text.translate(TO_THAI)
        if script < 0.95:
            return text
        return "".join(sign.translate(TO_THAI) if chance.random() < 0.5 else sign for sign in text)

    kind = chance.random()
    if kind < 0.14:
        return [word(), " ", word(), " ", word()]
    if kind < 0.3:
        return [written(), " " * chance.randint(1, 3), written()]
    gap = " " if chance.random() < 0.7 else ""
    before = [word(), gap] if chance.random() < 0.7 else []
    after = [" " if chance.random() < 0.7 else "", word()] if chance.random() < 0.6 else []
    return [*before, written(), *after]


# How it looks


def sample(fonts: list[str], words: list[str], seed: int) -> tuple[np.ndarray, np.ndarray] | None:
    """A strip (bytes) and, for every second column, the index of the sign that has its middle there."""
    chance = random.Random(seed)
    pieces = line(chance, words)
    size = round(
        chance.choice([10, 11, 12, 13, 14, 15, 16, 16, 18, 20]) * chance.choice([150, 200, 200, 200, 240, 300]) / 72
    )
    path = chance.choice(fonts)
    font = ImageFont.truetype(path, 2 * size)
    spread = chance.uniform(-0.08, 0.12) * 2 * size if chance.random() < 0.35 else 0.0
    marks: list[tuple[float, float, int]] = []
    x = margin = 3.0 * size
    height = 4 * size
    ground, shade = chance.randint(190, 255), chance.randint(0, 110)
    text = [cluster for piece in pieces for cluster in clusters(piece)]
    whole = sum(font.getlength(sign) + spread for sign in text)
    canvas = Image.new("L", (int(whole + 2 * margin) + 8, height), ground)
    pen = ImageDraw.Draw(canvas)
    base = 0.9 * size
    hull = [1e9, 1e9, 0.0, 0.0]
    for sign in text:
        long = font.getlength(sign)
        if sign.strip():
            pen.text((x, base), sign, font=font, fill=shade)
            box = font.getbbox(sign)
            is_number = sign in digits.CLASSES
            if is_number and sign in digits.THAI + digits.ARABIC:
                hull = [
                    min(hull[0], x),
                    min(hull[1], base + box[1]),
                    max(hull[2], x + long),
                    max(hull[3], base + box[3]),
                ]
            if long > 0:
                label = digits.CLASSES.index(sign) if is_number else OTHER
                marks.append((x + (box[0] + box[2]) / 2, min(long, max(box[2] - box[0], 0.35 * size)), label))
        x += long + spread
    if not hull[2]:
        box = font.getbbox("".join(text))
        hull = [margin, base + box[1], x, base + box[3]]
    if chance.random() < 0.3:
        _ruled(pen, chance, hull, canvas.size, shade, size)
    if chance.random() < 0.3:
        filters = [ImageFilter.MinFilter(3)] * 3 + [ImageFilter.MinFilter(5), ImageFilter.MaxFilter(3)]
        canvas = canvas.filter(chance.choice(filters))
    canvas = canvas.resize((canvas.width // 2, canvas.height // 2), Image.Resampling.BOX)
    marks = [(at / 2, wide / 2, label) for at, wide, label in marks]
    hull = [edge / 2 for edge in hull]
    if chance.random() < 0.55:
        slant = chance.uniform(-0.05, 0.3) if chance.random() < 0.35 else 0.0
        turn = chance.uniform(-0.02, 0.02)
        squeeze = chance.uniform(0.85, 1.15) if chance.random() < 0.5 else 1.0
        centre, middle = canvas.width / 2, (hull[1] + hull[3]) / 2
        # From where a point is taken: x' = (x − c) / squeeze + c + slant·(y − m), y' = y + turn·(x − c).
        across = (1 / squeeze, slant, centre - centre / squeeze - slant * middle)
        canvas = canvas.transform(
            canvas.size,
            Image.Transform.AFFINE,
            (*across, turn, 1, -turn * centre),
            Image.Resampling.BICUBIC,
            fillcolor=ground,
        )
        marks = [(squeeze * (at - centre) + centre, wide * squeeze, label) for at, wide, label in marks]
        hull[0], hull[2] = (squeeze * (at - centre) + centre for at in (hull[0], hull[2]))
    worn = wear(canvas, chance, size)
    tall = hull[3] - hull[1]
    box = (
        hull[0] + chance.uniform(-0.1, 0.1) * tall,
        hull[1] - chance.uniform(-0.05, 0.25) * tall * (chance.random() < 0.6) - 0.8 * tall * (chance.random() < 0.1),
        hull[2] + chance.uniform(-0.1, 0.1) * tall,
        hull[3] + chance.uniform(-0.05, 0.25) * tall * (chance.random() < 0.6),
    )
    cut, left, scale = digits.strip(np.asarray(worn), box, chance.uniform(0.9, 1.12), chance.uniform(-0.07, 0.07))
    labels = np.full(cut.shape[1] // 2, NOTHING, np.int16)
    for at, wide, label in marks:
        place, reach = (at - left) * scale, max(1.01, 0.24 * wide * scale)
        first, last = int(np.ceil((place - reach) / 2 - 0.5)), int(np.floor((place + reach) / 2 - 0.5)) + 1
        labels[max(0, first) : max(0, last)] = label
    if chance.random() < 0.1:
        cut = cut * chance.uniform(0.6, 1)
    return (cut * 255).astype(np.uint8)[:, :WIDE], labels[: WIDE // 2]


def clusters(text: str) -> list[str]:
    """Letters with the marks above and below them."""
    found: list[str] = []
    for sign in text:
        if found and sign in ABOVE_OR_BELOW:
            found[-1] += sign
        else:
            found.append(sign)
    return found


def _ruled(
    pen: ImageDraw.ImageDraw, chance: random.Random, hull: list[float], size: tuple[int, int], shade: int, tall: int
) -> None:
    """Rules and dots of forms and tables, edges of neighbouring lines, strokes of a stamp or a signature."""
    kind = chance.randrange(5)
    under = hull[3] + chance.uniform(0.02, 0.4) * tall
    thick = chance.choice([2, 3, 4])
    if kind == 0:
        pen.line((0, under, size[0], under), fill=shade, width=thick)
    elif kind == 1:
        for x in range(0, size[0], max(6, round(0.22 * tall))):
            pen.ellipse((x, under, x + thick, under + thick), fill=shade)
    elif kind == 2:
        x = chance.choice([hull[0] - 0.5 * tall, hull[2] + 0.5 * tall])
        pen.line((x, 0, x, size[1]), fill=shade, width=thick)
    elif kind == 3:
        y = hull[1] - 0.75 * tall if chance.random() < 0.5 else hull[3] + 0.6 * tall
        for _ in range(12):
            x = chance.uniform(0, size[0])
            pen.line((x, y, x + chance.uniform(-10, 10), y + chance.uniform(-8, 8)), fill=shade, width=2 * thick)
    else:
        x, y = chance.uniform(0, size[0]), chance.uniform(0, size[1])
        wide = chance.uniform(2, 8) * tall
        pen.arc((x - wide, y - wide, x + wide, y + wide), 0, 360, fill=chance.randint(shade, 200), width=thick)


def wear(picture: Image.Image, chance: random.Random, size: int) -> Image.Image:
    """The picture after printing, copying and scanning."""
    if chance.random() < 0.75:
        picture = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0.2, min(1.8, 0.055 * size))))
    if chance.random() < 0.15:
        scale = chance.uniform(0.55, 0.9)
        small = picture.resize(
            (max(8, round(picture.width * scale)), max(8, round(picture.height * scale))), Image.Resampling.BILINEAR
        )
        picture = small.resize(picture.size, Image.Resampling.BICUBIC)
    levels = np.asarray(picture, np.float32)
    noises = np.random.default_rng(chance.randrange(1 << 30))
    spread = chance.choice([0, 0, 4, 8, 12, 18, 25])
    if spread:
        levels = levels + np.float32(spread) * noises.standard_normal(levels.shape, np.float32)
    kind = chance.random()
    if kind < 0.15:
        levels = np.where(levels < chance.uniform(0.4, 0.7) * float(np.median(levels)) + 0.3 * levels.min(), 0, 255)
    elif kind < 0.25:
        levels = levels - chance.uniform(0, 60) * np.linspace(0, 1, levels.shape[1])[None, :]
    elif kind < 0.3:
        levels = 255 - levels
    elif kind < 0.33:
        levels = np.where(noises.random(levels.shape) < 0.006, noises.choice([0, 255]), levels)
    picture = Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))
    if chance.random() < 0.5:
        packed = io.BytesIO()
        picture.save(packed, "JPEG", quality=chance.randint(25, 90))
        picture = Image.open(packed).convert("L")
    return picture


# Learning

_words: list[str] = []


def batch(given: tuple[list[str], int, int]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Samples of a run of seeds."""
    fonts, first, count = given
    if not _words:
        _words.extend(word for word in sorted(quality.dictionary()) if len(word) < 12)
    made = (sample(fonts, _words, seed) for seed in range(first, first + count))
    return [one for one in made if one is not None]


def batches(fonts: list[str], strips: int, pool: multiprocessing.pool.Pool, first: int = 0) -> Iterator[list]:
    """Samples in lots of 256, drawn beside the learning."""
    yield from pool.imap(batch, ((fonts, first + start, 256) for start in range(0, strips, 256)))


def together(samples: list) -> tuple[np.ndarray, np.ndarray]:
    """Samples as one array of pictures and one of labels, padded on the right."""
    wide = max(picture.shape[1] for picture, _ in samples)
    pictures = np.zeros((len(samples), 1, digits.HEIGHT, wide), np.float32)
    labels = np.full((len(samples), wide // 2), UNKNOWN, np.int64)
    for index, (picture, truth) in enumerate(samples):
        pictures[index, 0, :, : picture.shape[1]] = picture / 255
        labels[index, : len(truth)] = truth
    return pictures, labels


def learn(
    fonts: list[str], strips: int, minutes: float, pool: multiprocessing.pool.Pool, start: str, keep: str
) -> Iterator[list[dict]]:
    """The layers of a network learnt from so many strips, or as many as the minutes allow, packed; every few minutes.

    What is given is the running mean of the weights. `start` and `keep`: files of an earlier run's state, and of this one's.
    """
    import torch
    from torch import nn

    torch.manual_seed(1)
    torch.set_num_threads(1)
    a, b, c, d, e = CHANNELS

    def block(inputs: int, outputs: int, size: tuple[int, int], pad: tuple[int, int], spread: int = 1) -> list:
        convolution = nn.Conv2d(inputs, outputs, size, padding=pad, dilation=(1, spread), bias=False)
        return [convolution, nn.BatchNorm2d(outputs), nn.ReLU()]

    network = nn.Sequential(
        *block(1, a, (3, 3), (1, 1)), nn.MaxPool2d(2),
        *block(a, b, (3, 3), (1, 1)), nn.MaxPool2d((2, 1)),
        *block(b, c, (3, 3), (1, 1)), nn.MaxPool2d((2, 1)),
        *block(c, d, (digits.HEIGHT // 8, 5), (0, 2)),
        *block(d, e, (1, 5), (0, 4), 2), nn.Dropout(0.1),
        nn.Conv2d(e, NOTHING + 1, 1),
    )  # fmt: skip
    if start:
        network.load_state_dict(torch.load(start))
    network = network.to(memory_format=torch.channels_last)
    mean = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998), use_buffers=True
    )
    weights = torch.ones(NOTHING + 1)
    weights[NOTHING], weights[OTHER] = 0.6, 0.6
    loss_of = nn.CrossEntropyLoss(weights, ignore_index=UNKNOWN, label_smoothing=0.005)
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-3)
    began = told = time.monotonic()
    seen, running = 0, 1.0
    kept: list = []
    chance = random.Random(5)
    for lot in batches(fonts, strips, pool, chance.randrange(1 << 30) if start else 0):
        seen += len(lot)
        kept += lot
        share = max(seen / strips, (time.monotonic() - began) / (60 * minutes))
        if share >= 1:
            break
        # Each new lot is learnt once, and twice as many of those kept once more.
        for group in (lot, *(chance.sample(kept, min(len(kept), 256)) for _ in range(2))):
            group.sort(key=lambda one: one[0].shape[1])
            parts = [group[start : start + 32] for start in range(0, len(group), 32)]
            chance.shuffle(parts)
            for part in parts:
                for settings in optimizer.param_groups:
                    settings["lr"] = 3e-3 * min(1.0, seen / 2000) * (1 - share) ** 0.9
                pictures, labels = together(part)
                optimizer.zero_grad()
                x = torch.from_numpy(pictures).to(memory_format=torch.channels_last)
                with torch.autocast("cpu", torch.bfloat16):
                    out = network(x)
                loss = loss_of(out[:, :, 0].float(), torch.from_numpy(labels))
                loss.backward()
                optimizer.step()
                mean.update_parameters(network)
                running = 0.995 * running + 0.005 * float(loss.detach())
        if time.monotonic() - told > 120:
            told = time.monotonic()
            print(f"{seen} strips, {told - began:.0f} s, loss {running:.4f}", flush=True)
            if keep:
                torch.save(mean.module.state_dict(), keep)
            yield _layers(mean.module)
    if keep:
        torch.save(mean.module.state_dict(), keep)
    yield _layers(mean.module)


def _layers(network) -> list[dict]:
    """Convolutions with what normalizes them folded in, as rows × columns × inputs × outputs of a byte each."""
    from torch import nn

    layers = []
    modules = list(network)
    for index, module in enumerate(modules):
        if not isinstance(module, nn.Conv2d):
            continue
        weights = module.weight.detach().numpy()
        after = modules[index + 1] if index + 1 < len(modules) else None
        if isinstance(after, nn.BatchNorm2d):
            factor = (after.weight / (after.running_var + after.eps).sqrt()).detach().numpy()
            bias = after.bias.detach().numpy() - after.running_mean.numpy() * factor
            weights = weights * factor[:, None, None, None]
        else:
            bias = module.bias.detach().numpy()
        layers.append({"weights": _packed(weights.transpose(2, 3, 1, 0)), "bias": [round(float(v), 6) for v in bias]})
    return layers


def _packed(values: np.ndarray) -> dict:
    scale = np.maximum(np.abs(values).max(axis=(0, 1, 2)) / 127, 1e-9)
    whole = np.round(values / scale).astype(np.int8)
    packed = base64.b64encode(whole.tobytes()).decode()
    return {"shape": list(values.shape), "scale": [float(f"{one:.6g}") for one in scale], "int8": packed}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--strips", type=int, default=120_000)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--out", default=str(TARGET))
    parser.add_argument("--start", default="", help="state of an earlier run to go on from")
    parser.add_argument("--keep", default="", help="file the state is written to")
    return parser.parse_args()


if __name__ == "__main__":
    main()
