"""Which port an engine gets."""

import socket
import threading
from pathlib import Path

from queries.engines.ports import free_ports, usual_port


def test_the_usual_port_is_waited_for_while_a_killed_engine_still_holds_it(tmp_path: Path) -> None:
    port = usual_port(tmp_path)
    holder = socket.socket()
    holder.bind(("127.0.0.1", port))
    threading.Timer(0.5, holder.close).start()
    assert usual_port(tmp_path) == port


def test_a_port_where_somebody_else_listens_is_given_up_at_once(tmp_path: Path) -> None:
    port = usual_port(tmp_path)
    with socket.create_server(("127.0.0.1", port)):
        other = usual_port(tmp_path)
    assert other != port
    assert usual_port(tmp_path) == other


def test_nonsense_in_place_of_a_port_is_replaced(tmp_path: Path) -> None:
    for nonsense in ("", "x", "0", "99999999", "-1"):
        (tmp_path / "port").write_text(nonsense)
        assert usual_port(tmp_path) == int((tmp_path / "port").read_text())
    assert len(set(free_ports(3))) == 3
