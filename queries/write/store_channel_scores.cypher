// about:   Keep what was measured about the meaning of channels; rows hold id, frequency, position and selectivity.
// params:  rows: list<map>
// returns: nothing
// units:   as in channels_without_meaning; position and selectivity are null where they are not defined
UNWIND $rows AS row
MATCH (channel:Channel {id: row.id})
SET channel.frequency = row.frequency, channel.position = row.position, channel.selectivity = row.selectivity
