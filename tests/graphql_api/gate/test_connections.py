"""Limits on connections, with a clock of their own."""

from dataclasses import dataclass, field

import pytest

from graphql_api.gate.connections import FILES, MOST, SPARE, Connections, Phase, State, places


@dataclass(eq=False)
class Client:
    """A connection that remembers what was done with it."""

    phase: Phase = Phase.REQUEST
    left: int = 0
    seen: list[str] = field(default_factory=list)

    def state(self) -> State:
        return self.phase, self.left

    def end(self, late: Phase) -> None:
        self.seen.append(f"late with {late.name}")

    def drop(self) -> None:
        self.seen.append("dropped")

    def turn_away(self) -> None:
        self.seen.append("turned away")


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("phase", [Phase.REQUEST, Phase.BODY, Phase.READER])
def test_who_keeps_us_waiting_is_ended_when_the_limit_is_over_and_not_before(phase: Phase) -> None:
    time, client = Time(), Client(phase)
    connections = Connections(10, time)
    connections.opened(client)
    assert phase.value is not None
    time.now = phase.value
    connections.sweep()
    assert client.seen == []
    time.now += 0.1
    connections.sweep()
    assert client.seen == [f"late with {phase.name}"]
    assert len(connections) == 0


def test_a_request_under_way_is_never_ended_here() -> None:
    time, client = Time(), Client(Phase.ANSWER)
    connections = Connections(10, time)
    connections.opened(client)
    time.now = 1e6
    connections.sweep()
    assert client.seen == []


def test_every_step_has_its_own_time_and_a_reader_that_goes_on_reading_is_left_alone() -> None:
    time, client = Time(), Client(Phase.REQUEST)
    connections = Connections(10, time)
    connections.opened(client)
    for phase, left in [(Phase.BODY, 0), (Phase.ANSWER, 0), *((Phase.READER, 100 - step) for step in range(50))]:
        time.now += 9
        client.phase, client.left = phase, left
        connections.moved(client)
        connections.sweep()
    assert client.seen == []


def test_bytes_that_drip_in_win_no_time() -> None:
    time, client = Time(), Client(Phase.REQUEST)
    connections = Connections(10, time)
    connections.opened(client)
    for _ in range(12):
        time.now += 1
        connections.moved(client)
        connections.sweep()
    assert client.seen == ["late with REQUEST"]


def test_where_all_places_are_taken_the_one_that_is_late_for_longest_gives_its_own_up() -> None:
    time, clients = Time(), [Client(Phase.ANSWER), Client(), Client(), Client()]
    connections = Connections(3, time)
    for client in clients:
        time.now += 1
        connections.opened(client)
    assert [client.seen for client in clients] == [[], ["dropped"], [], []]
    assert len(connections) == 3


def test_where_all_places_work_a_new_one_is_told_so_and_many_new_ones_are_not_even_that() -> None:
    busy, more = [Client(Phase.ANSWER) for _ in range(3)], [Client(Phase.ANSWER) for _ in range(SPARE + 2)]
    connections = Connections(3, Time())
    for client in busy + more:
        connections.opened(client)
    assert all(client.seen == [] for client in busy)
    assert [client.seen for client in more] == [["turned away"]] * SPARE + [["dropped"]] * 2
    connections.closed(busy[0])
    assert len(connections) == 3 + SPARE - 1


@pytest.mark.parametrize("files", [64, 256, 1024, 4096, FILES])
def test_connections_leave_files_for_everything_else(files: int) -> None:
    most, backlog = places(files)
    assert 8 <= most <= MOST and 8 <= backlog <= 128
    if files >= 256:
        assert 2 * most + backlog + SPARE < files
