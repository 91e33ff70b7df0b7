"""A published copy of a model: the page over files that hold what the service answers, for any web server.

index.html, assets/       the page, told that it has no service
site.json                 which model, of which data, when, by which version
answers/<Operation>.json  of the whole model, each a GraphQL answer to the page's own document
answers/View/<class>-<score>.json, MapClass/<class>.json, Channel/<layer's place>-<channel>.json
answers/ChannelPictures/<class>.json   pictures of the class's channels by id
answers/Company/<class>.json           of each layer, how many of the nearest classes are of which group
answers/counts.json       counts of each class's channels, which similarity is the cosine of
pictures/<hash>.jpg       every picture that an answer names
"""

import asyncio
import json
import shlex
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from graphql_api.site.asking import Asker
from graphql_api.site.files import SiteFiles
from graphql_api.site.parts import (
    counts_by_layer,
    graph_channels,
    part_of_channel,
    part_of_class,
    part_of_group,
    part_of_map,
    part_of_notes,
    part_of_suggestions,
    without_remedy,
)
from graphql_api.site.questions import Part
from queries.errors import DataError, StoreBusy
from queries.lookup import find_classes, find_model
from queries.map.neighbours import nearest
from queries.map.stored import find_source, read_layers
from queries.progress import Progress
from queries.revision import settled_state
from queries.values import utc_now

AT_ONCE = 4  # questions
HEAD = "</head>"
KIND = "summit-site"
SCORE = "ACTIVATION"  # whose graphs' counts similarity is about
MANY = 3_000  # classes; above it the page does not ask which of them change company

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: files, those of them that are pictures, and bytes of all; maps, one of each layer, or none."""

    model: str
    classes: int
    channels: int
    maps: int
    files: int
    pictures: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Copied:
    """A model, the indexes of the classes that its copy has, and the scores that there are graphs by."""

    model: Part
    classes: Sequence[int]
    scores: Sequence[str]

    @property
    def id(self) -> str:
        name: str = self.model["id"]
        return name


async def export_site(
    asker: Asker, model: str, classes: Sequence[int] | None, page: Path, folder: Path, progress: Progress
) -> Exported:
    """Write a copy of a model into an empty folder.

    classes  indexes of those that the copy has; None for all. Lists, groups and maps then have these alone; what is
             said of one class or channel is as in the whole model
    page     the built page
    Raises NotFound for an unknown model or class, DataError for a model without graphs or a page that is not built,
    StoreBusy where the database is written to meanwhile.
    """
    before = await settled_state(asker.store.revision)
    copied = await chosen(asker, model, classes)
    files = SiteFiles(asker.store, folder)
    maps = await write_model(asker, copied, files)
    await write_company(asker, copied, files)
    channels = await write_classes(asker, copied, files, progress)
    await write_channels(asker, copied, channels, files, progress)
    if await settled_state(asker.store.revision) != before:
        raise StoreBusy(f"the database was written to while {model} was exported; export it again")
    copy_page(page, folder, files, copied)
    facts = {
        "kind": KIND,
        **{name: copied.model[name] for name in ("architecture", "dataset", "graphThreshold", "classCount")},
        "model": copied.id,
        "version": version("summit-graph"),
        "made": utc_now(),
        "scores": list(copied.scores),
        "classes": list(copied.classes),
        "files": files.files + 1,
        "pictures": files.pictures,
    }
    files.add(folder / "site.json", (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode())
    return Exported(copied.id, len(copied.classes), len(channels), maps, files.files, files.pictures, files.size)


def is_site(folder: Path) -> bool:
    """Whether a folder is an earlier copy of any model."""
    try:
        return bool(json.loads((folder / "site.json").read_text(encoding="utf-8")).get("kind") == KIND)
    except (OSError, ValueError, AttributeError):
        return False


async def chosen(asker: Asker, model: str, classes: Sequence[int] | None) -> Copied:
    await find_model(asker.store, model)
    models = (await asker.data("Models"))["models"]
    found = next(each for each in models if each["id"] == model)
    scores = [each["score"] for each in found["scores"] if each["graphs"]]
    if not scores:
        raise DataError(
            f"{model} has no attribution graphs to publish; `summit extract {shlex.quote(model)}` makes them"
        )
    if classes is not None:
        return Copied(found, sorted({row["index"] for row in await find_classes(asker.store, model, classes)}), scores)
    names = await asker.classes("Names", model=model)
    return Copied(found, [each["index"] for each in names["classes"]["nodes"]], scores)


async def write_model(asker: Asker, copied: Copied, files: SiteFiles) -> int:
    """The answers about the whole model; lists, groups and maps have the copy's classes. Returns how many maps."""
    held, model = set(copied.classes), copied.id
    await files.write("Models", {"data": {"models": [{**copied.model, "classCount": len(held)}]}})
    for name in ("Names", "Images"):
        await files.write(name, {"data": await asker.classes(name, model=model)})
    listed = (await asker.classes("Classes", model=model))["classes"]
    nodes = [each for each in listed["nodes"] if each["index"] in held]
    await files.write("Classes", {"data": {"classes": {**listed, "nodes": nodes, "totalCount": len(nodes)}}})
    members = [part_of_group(each, held) for each in (await asker.data("Members", model=model))["groups"]]
    sizes = {each["id"]: each["classCount"] for each in members}
    groups = [{**each, "classCount": sizes[each["id"]]} for each in (await asker.data("Groups", model=model))["groups"]]
    for name, found in (("Members", members), ("Groups", groups)):
        await files.write(name, {"data": {"groups": [each for each in found if each["classCount"]]}})
    maps = (await asker.data("Embeddings", model=model))["model"]["embeddings"]
    await files.write("Embeddings", {"data": {"model": {"embeddings": [part_of_map(each, held) for each in maps]}}})
    if copied.model["classCount"] <= MANY:
        table = await changes_of_company(asker, model, copied.model["classCount"])
        place = table["columns"].index("class")
        shown = asker.questions["RunStoredQuery"].variables["parameters"]["limit"]
        moving = {**table, "rows": [row for row in table["rows"] if row[place] in held][:shown]}
        await files.write("RunStoredQuery", {"data": {"storedQuery": moving}})
    return len(maps)


async def changes_of_company(asker: Asker, model: str, classes: int) -> Part:
    """The table of all classes that change company, of which the page asks for the first few."""
    question = asker.questions["RunStoredQuery"]
    variables = question.filled(model=model)
    asked = {**variables, "parameters": {**variables["parameters"], "limit": classes}}
    table: Part = (await asker.data_of(question.document, asked))["storedQuery"]
    return table


async def write_company(asker: Asker, copied: Copied, files: SiteFiles) -> None:
    """Of each class, at every layer, lowest first: how many of its nearest classes are of each group that has any."""
    source = await find_source(asker.store, copied.id)
    neighbours = asker.questions["Company"].variables["neighbours"]
    groups: dict[int, list[str]] = {}
    for group in (await asker.data("Members", model=copied.id))["groups"]:
        for index in group["classes"]:
            groups.setdefault(index, []).append(group["id"])
    near: dict[str, dict[int, tuple[int, ...]]] = {layer["name"]: {} for layer in copied.model["layers"]}
    for layer, counts in await read_layers(asker.store, copied.id, source) if source else ():
        near[layer] = await asyncio.to_thread(nearest, counts, neighbours)
    for index in copied.classes:
        counted = {
            layer: Counter(id for other in of.get(index, ()) for id in groups.get(other, ()))
            for layer, of in near.items()
        }
        await files.write(f"Company/{index}", counted)


async def write_classes(asker: Asker, copied: Copied, files: SiteFiles, progress: Progress) -> set[str]:
    """The answers about each class. Returns the ids of all channels in their graphs."""
    counts: dict[int, list[list[int]]] = {}
    channels: set[str] = set()
    places = {layer["name"]: place for place, layer in enumerate(copied.model["layers"])}
    classes = set(copied.classes)

    async def write(index: int) -> None:
        held: list[str] = []
        for score in dict.fromkeys((SCORE, *copied.scores)):  # the page asks for SCORE first, whatever there is
            body = await asker.ask("View", model=copied.id, index=index, score=score)
            await files.write(f"View/{index}-{score}", part_of_class(body, classes))
            found = graph_channels(body)
            held += [each["channel"]["id"] for each in found]
            if score == SCORE and found:
                counts[index] = counts_by_layer(found, places)
        channels.update(held)
        mapped = await asker.ask("MapClass", model=copied.id, index=index)
        await files.write(f"MapClass/{index}", part_of_class(mapped, classes))
        await files.write(f"ChannelPictures/{index}", await pictures_of(asker, index, list(dict.fromkeys(held))))

    await each_of(copied.classes, write, lambda done: progress("classes", done, len(copied.classes)))
    await files.write("counts", {index: counts[index] for index in sorted(counts)})
    return channels


async def pictures_of(asker: Asker, index: int, channels: Sequence[str]) -> Part:
    """What the page shows of channels for a class, by id. It asks for many at once; the last fills empty places."""
    names = [name for name in asker.questions["ChannelPictures"].variables if name.startswith("i")]
    question = asker.questions["ChannelPictures"]
    found: Part = {}
    for start in range(0, len(channels), len(names)):
        part = list(channels[start : start + len(names)])
        part += part[-1:] * (len(names) - len(part))
        variables = {**question.filled(index=index, id=""), **dict(zip(names, part, strict=True))}
        data = await asker.data_of(question.document, variables)
        found |= {each["id"]: without_remedy(each) for each in data.values()}
    return found


async def write_channels(
    asker: Asker, copied: Copied, channels: set[str], files: SiteFiles, progress: Progress
) -> None:
    """The answers about each channel, named by the place of its layer, the names suggested for them, and all notes."""
    places = {layer["name"]: place for place, layer in enumerate(copied.model["layers"])}
    classes = set(copied.classes)

    async def write(channel: str) -> None:
        _, layer, index = channel.rsplit("/", 2)
        told = (await asker.data("Channel", id=channel))["channel"]
        await files.write(f"Channel/{places[layer]}-{index}", {"data": {"channel": part_of_channel(told, classes)}})

    suggested = (await asker.data("SuggestedNames", model=copied.id))["model"]["suggestedNames"]
    names = part_of_suggestions(suggested, channels)
    await files.write("SuggestedNames", {"data": {"model": {"suggestedNames": names}}})

    short = {channel.partition("/")[2] for channel in channels}
    notes = (await asker.data("Notes", model=copied.id))["model"]["annotations"]
    kept = part_of_notes(notes, classes, short)
    views = {each["target"] for each in kept if each["kind"] == "VIEW"}
    pictures = (await asker.data("ViewPictures", model=copied.id))["model"]["annotations"]
    shown = [each for each in pictures if each["target"] in views]
    for name, found in (("Notes", kept), ("ViewPictures", shown)):
        await files.write(name, {"data": {"model": {"annotations": found}}})

    await each_of(sorted(channels), write, lambda done: progress("channels", done, len(channels)))


async def each_of(items: Sequence[Item], work: Callable[[Item], Awaitable[None]], told: Callable[[int], None]) -> None:
    """Work on all, a few at a time; where one fails the others are given up. told  how many are done"""
    waiting, done = iter(items), 0
    told(0)

    async def worker() -> None:
        nonlocal done
        for item in waiting:
            await work(item)
            done += 1
            told(done)

    workers = [asyncio.create_task(worker()) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*workers)
    finally:
        for each in workers:
            each.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


def copy_page(page: Path, folder: Path, files: SiteFiles, copied: Copied) -> None:
    """The built page without what only a service gives out, told that it is a copy."""
    html = (page / "index.html").read_text(encoding="utf-8")
    if HEAD not in html:
        raise DataError(f"{page / 'index.html'} has no {HEAD}; build the page again with `make setup`")
    (folder / "assets").mkdir()
    for asset in sorted((page / "assets").iterdir()):
        if asset.suffix != ".gz":
            files.add(folder / "assets" / asset.name, asset.read_bytes())
    held, of = len(copied.classes), copied.model["classCount"]
    part = "" if held == of else f' data-of="{of}"'
    mark = f'<meta name="summit-site" content="site.json"{part} />'
    files.add(folder / ".nojekyll", b"")  # GitHub's pages then take the folder as it is
    files.add(folder / "index.html", html.replace(HEAD, f"  {mark}\n  {HEAD}", 1).encode())
