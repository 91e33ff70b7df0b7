"""Made-up patches of a made-up model: every channel but the last of each layer has some of every class."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from queries.patches import WHOLE, ChannelPatches, Patch, patch_folder, patches_as_json, patches_record
from queries.pictures import content_hash

SQUARE = 64  # pixels
SIDE = 16
OF_CLASS = 2


def write_patches(folder: Path, layers: dict[str, int], classes: int) -> None:
    """layers: name -> channels"""
    for at, (layer, channels) in enumerate(layers.items()):
        found = {channel: _of_channel(folder, layer, channel, at, classes) for channel in range(channels - 1)}
        patches_record(folder, layer).write_text(patches_as_json("made up", SIDE, found, {}))


def _of_channel(folder: Path, layer: str, channel: int, at: int, classes: int) -> ChannelPatches:
    made = []
    for rank in range(classes * OF_CLASS):
        colour = (60 + 50 * at, 255 - 6 * channel, 30 * rank)
        x, y = 8 * (rank % 6), 3 * channel % 48
        square = Image.new("RGB", (SQUARE, SQUARE), "grey")
        square.paste(colour, (x, y, x + SIDE, y + SIDE))
        whole = _write(folder / WHOLE, "", square)
        patch = _write(patch_folder(folder, layer), f"{channel}-{rank}", Image.new("RGB", (96, 96), colour))
        picture = f"class {rank % classes}/{rank}.jpg"
        made.append(Patch(patch, rank % classes, 20.0 - rank, picture, whole.partition(".")[0], x, y, SIDE))
    return ChannelPatches(tuple(made), ())


def _write(folder: Path, stem: str, picture: Image.Image) -> str:
    content = BytesIO()
    picture.save(content, "JPEG")
    name = ".".join(filter(None, (stem, content_hash(content.getvalue()), "jpg")))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.getvalue())
    return name
