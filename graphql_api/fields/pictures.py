"""Pictures of a channel as the API tells them."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import strawberry

from graphql_api.context import ContextInfo
from graphql_api.fields.paging import check_size
from graphql_api.patches import channel_patches, is_of_older_graph, patch_url, patches_command, whole_url
from graphql_api.pictures import DIVERSITY, EXAMPLES, THUMBNAILS, picture_url
from graphql_api.synthesised import NONE, READY, diverse_urls, made_state, mean_url, remedy_for
from queries.records import class_id

field = strawberry.field


@strawberry.type(description="A part of a real picture that excites a channel, cut where the channel looks.")
class Patch:
    picture: str = field(description="Address of the patch.")
    whole: str = field(description="Address of the square that the network saw.")
    x: int = field(description="Left edge of the patch in that square, in pixels.")
    y: int = field(description="Upper edge of the patch in that square, in pixels.")
    side: int = field(description="Of the patch in that square, in pixels.")
    image_class: int = field(description="Index of the picture's class.")
    peak: float = field(description="The channel's largest activation in the picture.")


@strawberry.enum(description="What there is of a channel's synthesised picture.")
class PictureState(Enum):
    READY = strawberry.enum_value("READY", description="It is there.")
    NOT_MADE = strawberry.enum_value("NOT_MADE", description="It can be made; `remedy` says by which command.")
    FAILED = strawberry.enum_value(
        "FAILED", description="It is there, but other channels of the layer are more excited by it."
    )
    NONE = strawberry.enum_value("NONE", description="It was not published, or the run that it was made from is gone.")


@strawberry.type(description="Pictures of a channel, as addresses on this service.")
class Pictures:
    folder: strawberry.Private[Path]
    channel: strawberry.Private[str]

    @field(description="One picture to tell the channel by: synthesised, or else the one that excites it most.")
    def thumbnail(self) -> str | None:
        published = (picture_url(self.folder, self.channel, kind) for kind in THUMBNAILS)
        found = mean_url(self.folder, self.channel) or next(filter(None, published), None)
        return found or next((patch.picture for patch in self._patches(None)), None)

    @field(description="What excites the channel most, synthesised.")
    def feature_visualization(self) -> str | None:
        return mean_url(self.folder, self.channel) or picture_url(self.folder, self.channel, "channel")

    @field(description="Whether `featureVisualization` is there.")
    def state(self) -> PictureState:
        return PictureState(self._state())

    @field(description="The command that makes a synthesised picture that is missing, or what is in its way.")
    async def remedy(self, info: ContextInfo) -> str | None:
        channel = await info.context.channels.load(self.channel)
        return remedy_for(self.folder, self._state(), bool(channel and channel["class_count"]))

    def _state(self) -> str:
        state = made_state(self.folder, self.channel)
        published = state == NONE and picture_url(self.folder, self.channel, "channel")
        return READY if published else state

    @field(description="Several different pictures that excite the channel, synthesised.")
    def diversity(self) -> list[str]:
        published = [url for kind in DIVERSITY if (url := picture_url(self.folder, self.channel, kind))]
        return diverse_urls(self.folder, self.channel) or published

    @field(description="Real pictures, or patches of them, that excite the channel most.")
    def examples(self) -> list[str]:
        if found := self._patches(None):
            return [patch.picture for patch in found]
        return [url for kind in EXAMPLES if (url := picture_url(self.folder, self.channel, kind))]

    @field(
        description=(
            "Parts of real pictures that excite the channel most, strongest first, at most two of a class; with a "
            "class, those of that class first. Empty where none were made (`summit patches` makes them for what was "
            "counted here; pictures that were published with graphs are among `examples`)."
        )
    )
    def patches(
        self,
        class_: Annotated[int | None, strawberry.argument(name="class", description="Index of a class.")] = None,
        first: int = 10,
    ) -> list[Patch]:
        check_size(first)
        return self._patches(class_)[:first]

    @field(
        description=(
            "The command that makes patches, where there are none and they can be made; with a class, also where a "
            "graph of the class has the channel now and had not when patches were made."
        )
    )
    async def patches_remedy(
        self,
        info: ContextInfo,
        class_: Annotated[int | None, strawberry.argument(name="class", description="Index of a class.")] = None,
    ) -> str | None:
        if self._patches(None) and (class_ is None or not await self._is_of_older_graph(info, class_)):
            return None
        return patches_command(self.folder, self.channel.rsplit("/", 2)[0])

    async def _is_of_older_graph(self, info: ContextInfo, image_class: int) -> bool:
        model, layer, index = self.channel.rsplit("/", 2)
        if not is_of_older_graph(self.folder, layer, int(index), image_class):
            return False
        return self.channel in await info.context.members.load(class_id(model, image_class))

    def _patches(self, image_class: int | None) -> list[Patch]:
        _, layer, index = self.channel.rsplit("/", 2)
        found = channel_patches(self.folder, layer, int(index)).of_class(image_class)
        names = ("x", "y", "side", "image_class", "peak")
        return [
            Patch(
                picture=patch_url(self.channel, patch),
                whole=whole_url(self.channel, patch),
                **{name: getattr(patch, name) for name in names},
            )
            for patch in found
        ]
