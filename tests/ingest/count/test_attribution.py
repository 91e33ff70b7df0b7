"""Attribution counts equal a brute force in float64 on the plain network, and depend on nothing but the pictures."""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from ingest.count.forward import run_network
from ingest.count.instrument import InstrumentedNetwork
from ingest.count.pipeline import News, Note, count_pictures
from ingest.count.rules import ATTRIBUTION_SHARE, Rules
from ingest.count.settings import Settings
from ingest.count.tally import ChannelCounter
from ingest.errors import NetworkRefused
from ingest.estimate import estimate
from ingest.network.attribution import Aim
from ingest.run.describe import describe_run
from ingest.run.files import read_table
from ingest.run.means import read_means
from ingest.run.merge import merge_run
from ingest.tracing.wiring import Wiring, wire
from queries.errors import DataError, QueryError
from queries.graphs.resampling.replicates import read_replicates
from queries.progress import ignore_progress
from tests.ingest.count.interrupted import interrupt
from tests.ingest.count.test_pipeline import files, images, settings
from tests.ingest.networks import TESTED, network, pictures
from tests.ingest.run.test_merge import named, part

__all__ = ["images", "settings"]  # fixtures
CPU = torch.device("cpu")
OUTPUT = 3
IMAGES = 2
TIE = 1e-5  # of a layer's positive attribution: float32 cannot tell channels apart that are nearer to one another
Sides = list[Tensor]


def clipped(x: Tensor, sides: Sides, top: float) -> Tensor:
    return torch.where(sides[1], torch.full_like(x, top), x * sides[0])


PIECES: Mapping[str, tuple[tuple[float, ...], Callable[[Tensor, Sides], Tensor]]] = {  # kinks, and the function by side
    "relu": ((0.0,), lambda x, sides: x * sides[0]),
    "relu6": ((0.0, 6.0), partial(clipped, top=6.0)),
    "hardtanh": ((0.0, 6.0), partial(clipped, top=6.0)),
    "hardswish": ((-3.0, 3.0), lambda x, sides: torch.where(sides[1], x, x * (x + 3) / 6 * sides[0])),
    "hardsigmoid": ((-3.0, 3.0), lambda x, sides: clipped((x + 3) / 6, sides, 1.0)),
}


class Ties(TorchFunctionMode):
    """Records on which side of every kink a float32 pass is, and where its pools peak; a float64 pass then does alike.

    So both take the same slopes where a value is within float32's rounding of a kink, and only there it matters.
    """

    def __init__(self, recorded: list[Sides] | None = None) -> None:
        super().__init__()
        self.made: list[Sides] = []
        self.recorded = None if recorded is None else iter(recorded)

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs, name = kwargs or {}, getattr(func, "__name__", "")
        if name == "max_pool2d":
            pooled, place = functional.max_pool2d(*args, **{**kwargs, "return_indices": True})
            self.made.append([place])
            if self.recorded is None:
                return pooled
            (place,) = next(self.recorded)
            return args[0].flatten(2).gather(2, place.flatten(2)).view(place.shape)
        if name not in PIECES:
            return func(*args, **kwargs)
        kinks, by_side = PIECES[name]
        self.made.append([args[0].detach() > kink for kink in kinks])
        return func(*args, **kwargs) if self.recorded is None else by_side(args[0], next(self.recorded))


def place_of(plan: Wiring, at: int) -> str:
    """The module that returns the value of a layer: its own, or the activation after it; "" where none does."""
    layer = plan.layers[at]
    where = plan.traced.where(layer.value)
    return layer.name if where == layer.name or where.startswith(f"{layer.name}.") else where


def found_by_hook(plan: Wiring) -> list[int]:
    return [at for at in range(len(plan.layers)) if place_of(plan, at)]


def brute_force(module: nn.Module, plan: Wiring, picture: Tensor, means: tuple[Tensor, ...]) -> dict[int, Tensor]:
    """(C,) float64 for each layer that hooks reach: its attribution, by autograd on a plain copy."""
    twin = copy.deepcopy(module)
    for inner in twin.modules():
        if hasattr(inner, "inplace"):
            inner.inplace = False  # type: ignore[assignment]
    with torch.no_grad(), Ties() as single:
        twin(picture.clone())
    twin, values = twin.double(), dict[int, Tensor]()
    for at in found_by_hook(plan):
        hook = partial(lambda at, _module, _inputs, value: values.update({at: value}), at)
        twin.get_submodule(place_of(plan, at)).register_forward_hook(hook)
    with Ties(single.made) as double:
        answer = twin(picture.double().requires_grad_())
    turned = [
        int((a != b).sum())
        for one, two in zip(single.made, double.made, strict=True)
        for a, b in zip(one, two, strict=True)
    ]
    assert sum(turned) < 100  # a tie is rare
    scores = (answer if isinstance(answer, Tensor) else answer[0])[0]
    others = torch.cat([scores[:OUTPUT], scores[OUTPUT + 1 :]])
    odds = scores[OUTPUT] - others.exp().sum().log()
    found = {}
    for at, value in values.items():
        (gradient,) = torch.autograd.grad(odds, value, retain_graph=True)
        found[at] = (gradient[0] * (value.detach()[0] - means[at][:, None, None])).sum((1, 2))
    return found


def first_share(values: Tensor) -> tuple[set[int], float]:
    """The channels that hold the first part of what is positive, and by how little, as a part of it, others would."""
    row = sorted((-value, at) for at, value in enumerate(values.tolist()) if value > 0)
    total, taken, mass, margins = -sum(value for value, _ in row), set[int](), 0.0, [1.0]
    for at, (value, channel) in enumerate(row):
        after = row[at + 1][0] if at + 1 < len(row) else 0.0
        taken, mass = taken | {channel}, mass - value
        margins.append(abs(mass - ATTRIBUTION_SHARE * total) / total)
        if mass >= ATTRIBUTION_SHARE * total:
            margins.append((after - value) / total)
            break
    return taken, min(margins)


@pytest.mark.parametrize("name", TESTED)
def test_attribution_counts_are_those_of_brute_force(name: str) -> None:
    module, batch = network(name), pictures(IMAGES + 1, TESTED[name])
    plan = wire(module, batch[:1])
    instrumented = InstrumentedNetwork(plan)
    nothing = [torch.zeros(layer.channels, dtype=torch.bool) for layer in plan.layers]
    counter = ChannelCounter(plan, Rules(), nothing, CPU, attribution=True)
    with torch.no_grad():
        means = tuple(mean[0] for mean in instrumented.means(batch[-1:]))
        recording = run_network(instrumented, batch[:IMAGES], CPU, Aim(OUTPUT, means))
    compared = 0
    for at in range(IMAGES):
        tally = counter.empty_tally()
        counter.add(recording.select(slice(at, at + 1)), tally)
        expected = brute_force(module, plan, batch[at : at + 1], means)
        for layer, truth in expected.items():
            chosen, margin = first_share(truth)
            if margin > TIE:
                found = set(tally.attributed[layer].nonzero().flatten().tolist())
                assert found == chosen, (plan.layers[layer].name, margin)
                compared += 1
    assert len(found_by_hook(plan)) >= len(plan.layers) - 1  # densenet's last layer ends in a function of the network
    assert compared > 0.9 * IMAGES * len(found_by_hook(plan))


class Ungraded(nn.Module):
    """Scores that come from ranks, which have no gradient."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(5)
        self.low, self.high = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.high(functional.relu(self.low(x)))).mean((2, 3)).argsort(1).float()


@pytest.fixture
def attributed(settings: Settings) -> Settings:
    return replace(settings, attribution=True)


def without(run: Path, *names: str) -> dict[str, bytes]:
    return {name: content for name, content in files(run).items() if not name.endswith(names)}


def test_counting_attribution_changes_no_other_count(attributed: Settings, tmp_path: Path) -> None:
    heard: list[News] = []
    count_pictures(attributed, heard.append)
    plain = replace(attributed, attribution=False, run=tmp_path / "plain")
    count_pictures(plain)
    apart = ("attributions.parquet", "tally.parquet", "replicates.npz")  # the last two have what belongs to both
    assert without(attributed.run, *apart) == without(plain.run, *apart)
    for file in plain.run.rglob("replicates.npz"):
        ours, theirs = (read_replicates(run / file.relative_to(plain.run)) for run in (plain.run, attributed.run))
        assert (ours.ranks["activation"] == theirs.ranks["activation"]).all()
    assert not list(plain.run.rglob("attributions.parquet")) and not (plain.run / "means.json").exists()
    notes = [str(news) for news in heard if isinstance(news, Note)]
    assert any(note.startswith("attribution: one backward pass more for each picture") for note in notes)
    assert describe_run(attributed.run).attribution == 26 and describe_run(plain.run).attribution is None
    rows = read_table(attributed.run, 0, "attributions").to_pylist()
    assert {row["layer"] for row in rows} == {"stem", "mixed", "first"} and {row["count"] for row in rows} <= set(
        range(1, 12)
    )
    assert read_table(attributed.run, 3, "attributions").num_rows == 0  # "stranger" is no output of the network


def test_attribution_counts_do_not_depend_on_batch_or_processes(attributed: Settings, tmp_path: Path) -> None:
    count_pictures(attributed)
    truth, means = files(attributed.run), read_means(attributed.run)
    for name, other in {"one": replace(attributed, batch=1), "processes": replace(attributed, processes=2)}.items():
        count_pictures(replace(other, run=tmp_path / name))
        assert files(tmp_path / name) == truth and read_means(tmp_path / name) == means, name


def test_an_interrupted_class_goes_on_with_its_means(
    attributed: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_pictures(attributed)
    broken = replace(attributed, run=tmp_path / "broken")
    interrupt(monkeypatch, broken)
    assert list((broken.run / "parts").iterdir())
    assert count_pictures(broken).pictures < 26
    assert files(broken.run) == files(attributed.run)


def test_runs_of_two_machines_are_merged_if_they_use_the_same_means(attributed: Settings, tmp_path: Path) -> None:
    attributed = replace(attributed, keep_votes=True)  # from which the joined class is resampled
    cats = named(attributed.images, "cat")
    one = part(attributed, tmp_path / "one", cats[:6])
    count_pictures(one)
    two = replace(part(attributed, tmp_path / "two", cats[6:]), means=one.run)
    own = replace(two, run=tmp_path / "own", means=None)
    for each in (two, own):
        count_pictures(each)
    with pytest.raises(DataError, match=r"are from different layer means, .* count one of them again with --means"):
        merge_run(one.run, own.run, ignore_progress)
    merge_run(one.run, two.run, ignore_progress)
    count_pictures(one)  # joins the pictures of the class
    whole = replace(attributed, classes=("cat",), run=tmp_path / "whole", means=one.run)
    count_pictures(whole)
    assert files(one.run) == files(whole.run)
    fresh = tmp_path / "fresh"
    merge_run(fresh, whole.run, ignore_progress)
    assert read_means(fresh) == read_means(one.run)


def test_more_pictures_are_compared_with_the_means_that_the_run_has(attributed: Settings, tmp_path: Path) -> None:
    attributed = replace(attributed, keep_votes=True)  # from which the class with more pictures is resampled
    count_pictures(replace(attributed, classes=("cat",), first=3))
    means = read_means(attributed.run)
    assert means is not None and means.pictures == 3
    count_pictures(attributed)
    assert read_means(attributed.run) == means
    whole = replace(attributed, run=tmp_path / "whole", means=attributed.run)
    count_pictures(whole)
    assert files(whole.run) == files(attributed.run)


def test_what_would_mix_two_kinds_of_counts_is_refused(attributed: Settings, tmp_path: Path) -> None:
    only = replace(attributed, classes=("cat",), first=2)
    count_pictures(only)
    with pytest.raises(DataError, match=r"was started with other settings \(attribution"):
        count_pictures(replace(only, attribution=False))
    plain = replace(only, attribution=False, run=tmp_path / "plain")
    count_pictures(plain)
    with pytest.raises(DataError, match=r"was started with other settings \(attribution"):
        count_pictures(replace(plain, attribution=True))
    with pytest.raises(DataError, match="the run has no layer means"):
        count_pictures(replace(only, run=tmp_path / "third", means=plain.run))
    with pytest.raises(QueryError, match="--means is given without --attribution"):
        replace(plain, means=only.run)
    file = only.run / "means.json"
    content = json.loads(file.read_text())
    content["layers"]["stem"][0] += 1e-9
    file.write_text(json.dumps(content))
    with pytest.raises(DataError, match="has other means than the run was counted with"):
        count_pictures(attributed)
    file.unlink()
    with pytest.raises(DataError, match=r"means\.json cannot be read"):
        count_pictures(attributed)


def test_a_network_without_a_gradient_is_refused(attributed: Settings) -> None:
    with pytest.raises(NetworkRefused, match="--attribution: the network has no gradient"):
        count_pictures(
            replace(attributed, network="tests.ingest.count.test_attribution:Ungraded", layers=("low", "high"))
        )


def test_a_dry_run_says_what_attribution_costs(attributed: Settings) -> None:
    expected = estimate(attributed)
    assert not attributed.run.exists()
    assert expected.attribution and expected.attribution > 0
    assert f"attribution  {expected.attribution:.1f} times as long as without it" in str(expected)
    plain = estimate(replace(attributed, attribution=False))
    assert plain.attribution is None and "attribution" not in str(plain)


def test_excluded_channels_have_no_attribution(attributed: Settings) -> None:
    count_pictures(replace(attributed, exclude=("stem/2", "mixed/0"), classes=("cat",)))
    rows = read_table(attributed.run, 0, "attributions").to_pylist()
    assert rows and not {("stem", 2), ("mixed", 0)} & {(row["layer"], row["channel"]) for row in rows}
