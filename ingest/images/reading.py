"""Reading and preparing pictures ahead of the network, in order."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ingest.errors import PictureRefused
from ingest.images.files import read_picture
from ingest.network.preprocess import Preprocessing


class _Files(Dataset[Tensor | str]):
    def __init__(self, paths: Sequence[Path], preprocessing: Preprocessing) -> None:
        self.paths, self.preprocessing = paths, preprocessing

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, at: int) -> Tensor | str:
        try:
            return self.preprocessing.apply(read_picture(self.paths[at]))
        except PictureRefused as refusal:
            return str(refusal).removeprefix(f"{self.paths[at]}: ")


def read_all(paths: Sequence[Path], preprocessing: Preprocessing, workers: int) -> Iterator[Tensor | str]:
    """Each picture (3, crop, crop), or the reason why it cannot be read, in the order of `paths`.

    workers  processes that read ahead; 0 reads each picture when it is needed
    """
    files = _Files(paths, preprocessing)
    if workers == 0 or not paths:
        return (files[at] for at in range(len(files)))
    return iter(DataLoader(files, batch_size=None, num_workers=workers, prefetch_factor=8))
