"""All pictures of a run on one sheet, a row for each layer."""

from pathlib import Path

from PIL import Image, ImageDraw

from ingest.pictures.visualize.plan import Settings
from queries.pictures import MEAN, list_pictures, run_pictures, synthesised_folder

TILE, GAP, LABEL = 72, 3, 100  # pixels
COLUMNS = 12  # a layer with more shows some of them, evenly chosen
QUALITY = 75  # of JPEG


def write_sheet(settings: Settings, file: Path) -> None:
    """The pictures of the channels that were asked for, at most COLUMNS a layer, the lowest layer on top."""
    shown = {layer: _evenly(_files(settings, layer)) for layer in settings.channels}
    width = LABEL + COLUMNS * (TILE + GAP)
    sheet = Image.new("RGB", (width, len(shown) * (TILE + GAP)), "white")
    draw = ImageDraw.Draw(sheet)
    for row, (layer, files) in enumerate(shown.items()):
        top = row * (TILE + GAP)
        draw.text((4, top + TILE // 2), layer, fill="black")
        for column, picture in enumerate(files):
            with Image.open(picture) as image:
                tile = image.resize((TILE, TILE), Image.Resampling.LANCZOS)
            sheet.paste(tile, (LABEL + column * (TILE + GAP), top))
    sheet.save(file, "JPEG", quality=QUALITY, optimize=True)


def _files(settings: Settings, layer: str) -> list[Path]:
    folder = synthesised_folder(run_pictures(settings.run), layer)
    there = list_pictures(folder)
    return [folder / there[channel, MEAN] for channel in settings.channels[layer] if (channel, MEAN) in there]


def _evenly(files: list[Path]) -> list[Path]:
    if len(files) <= COLUMNS:
        return files
    return [files[at * len(files) // COLUMNS] for at in range(COLUMNS)]
