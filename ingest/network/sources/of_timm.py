"""timm's networks by name, if the extra `timm` is installed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from torch import nn

from ingest.errors import NetworkRefused
from ingest.network.sources.checkpoint import fill, output_count, read_checkpoint
from ingest.network.sources.classifier import Network
from ingest.network.sources.own import DEFAULT, NONE, preprocessing_of
from queries.errors import first_line
from queries.records import Record


def from_timm(name: str, weights: str) -> Network:
    """One of timm's networks, "convnext_tiny" or with a tag of its weights, with its own preprocessing.

    weights  "default" (downloaded the first time), the path of a file, or "none"
    """
    if find_spec("timm") is None:
        raise NetworkRefused(f"timm:{name} needs the package timm: pip install timm, or Summit Graph's extra [timm]")
    import timm

    if not timm.is_model(name):
        near = timm.list_models(f"*{name.partition('.')[0].partition('_')[0]}*")[:4]
        raise NetworkRefused(
            f"timm has no network {name!r}; `summit networks` lists those it has"
            + (f", for example {', '.join(near)}" if near else "")
        )
    module, notes = _with_weights(timm, name, weights)
    preprocessing, more = preprocessing_of(f"timm:{name}", module)
    config: Record = getattr(module, "pretrained_cfg", {})
    about = f"{config.get('architecture', name)}.{config.get('tag') or 'default'}" if weights == DEFAULT else weights
    return Network.of(f"timm:{name}", module, preprocessing, about, notes=(*notes, *more))


def _with_weights(timm: ModuleType, name: str, weights: str) -> tuple[nn.Module, tuple[str, ...]]:
    if weights == NONE:
        return timm.create_model(name), ()
    if weights != DEFAULT:
        checkpoint = read_checkpoint(Path(weights))
        module: nn.Module = timm.create_model(name, **output_count(timm.create_model(name), checkpoint))
        fill(module, checkpoint)
        return module, checkpoint.notes
    config = timm.get_pretrained_cfg(name)
    if config is None or not config.has_weights:
        raise NetworkRefused(f"timm has no weights for {name}; name a file with --weights, or use --weights none")
    try:
        with _quiet_downloads():
            return timm.create_model(name, pretrained=True), ()
    except Exception as error:  # a hub's own errors, a damaged file, no connection
        place = config.hf_hub_id or config.url
        raise NetworkRefused(
            f"timm:{name}: its weights cannot be downloaded or read ({first_line(error):.120}); download "
            f"model.safetensors of {place} elsewhere and name it with --weights"
        ) from None


@contextmanager
def _quiet_downloads() -> Iterator[None]:
    """Without the log lines of every attempt to connect."""
    logger = logging.getLogger("huggingface_hub")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
