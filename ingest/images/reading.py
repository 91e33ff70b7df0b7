"""Reading and preparing pictures ahead of the network, in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ingest.errors import PictureRefused
from ingest.images.files import decode_picture
from ingest.images.picture import Picture, content_digest
from ingest.network.preprocess import Preprocessing


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """A picture as it was read.

    digest   of its bytes, see ingest/images/picture.py; empty if there were none
    content  (3, crop, crop), or the reason why there is none
    """

    digest: str
    content: Tensor | str


class _Pictures(Dataset[ReadPicture]):
    def __init__(self, pictures: Sequence[Picture], preprocessing: Preprocessing, oriented: bool) -> None:
        self.pictures, self.preprocessing, self.oriented = pictures, preprocessing, oriented

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, at: int) -> ReadPicture:
        picture = self.pictures[at]
        try:
            content = picture.read()
        except OSError as error:
            return ReadPicture("", error.strerror or str(error))
        digest = content_digest(content)
        try:
            return ReadPicture(digest, self.preprocessing.apply(decode_picture(content, picture.name, self.oriented)))
        except PictureRefused as refusal:
            return ReadPicture(digest, str(refusal).removeprefix(f"{picture.name}: "))


def read_all(
    pictures: Sequence[Picture], preprocessing: Preprocessing, workers: int, oriented: bool = False
) -> Iterator[ReadPicture]:
    """Each picture, in order.

    workers   processes that read ahead; 0 reads each picture when it is needed
    oriented  turn pictures as their EXIF orientation says
    """
    dataset = _Pictures(pictures, preprocessing, oriented)
    if workers == 0 or not pictures:
        return (dataset[at] for at in range(len(dataset)))
    return iter(DataLoader(dataset, batch_size=None, num_workers=workers, prefetch_factor=8))
