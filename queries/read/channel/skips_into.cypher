// about:   What some channels keep of the ways without a convolution that lead into them, for those of which they are known.
// params:  channels: list<string>
// returns: id: string, skips: int, skip_sources: list<int>?, both_sources: list<int>?
// units:   as of channel_skips
// example: channels=sample/middle/0,sample/middle/1
UNWIND $channels AS wanted
MATCH (channel:Channel {id: wanted})
WHERE channel.skips IS NOT NULL
RETURN channel.id AS id, channel.skips AS skips, channel.skip_sources AS skip_sources,
       channel.both_sources AS both_sources
ORDER BY id
