"""Pictures of a channel as the API tells them."""

import strawberry

from graphql_api.pictures import DIVERSITY, EXAMPLES, THUMBNAILS, picture_url

field = strawberry.field


@strawberry.type(description="Pictures of a channel, as addresses on this service.")
class Pictures:
    folder: strawberry.Private[str]
    channel: strawberry.Private[str]

    @field(description="One picture to tell the channel by: synthesised, or else the one that excites it most.")
    def thumbnail(self) -> str | None:
        return next(filter(None, (picture_url(self.folder, self.channel, kind) for kind in THUMBNAILS)), None)

    @field(description="What excites the channel most, synthesised.")
    def feature_visualization(self) -> str | None:
        return picture_url(self.folder, self.channel, "channel")

    @field(description="Several different pictures that excite the channel, synthesised.")
    def diversity(self) -> list[str]:
        return [url for kind in DIVERSITY if (url := picture_url(self.folder, self.channel, kind))]

    @field(description="Real pictures, or patches of them, that excite the channel most.")
    def examples(self) -> list[str]:
        return [url for kind in EXAMPLES if (url := picture_url(self.folder, self.channel, kind))]
