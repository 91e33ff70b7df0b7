"""The store keeps to the contracts of the stored queries, writes all or nothing, and tells its troubles apart."""

import asyncio
import socket
from dataclasses import replace

import pytest
from neo4j.exceptions import Neo4jError, ServiceUnavailable, TransientError

from queries.driver import translated
from queries.engines.ports import free_ports
from queries.errors import GraphError, QueryError, StoreBusy, StoreError, StoreRefused, StoreUnreachable
from queries.records import Address
from queries.store import Store
from tests.conftest import MODEL, Database

HERE = Address("bolt://127.0.0.1:7687", "neo4j", "secret", "graphs")


def refusal(address: Address) -> GraphError:
    """What opening a store there raises."""
    with pytest.raises(GraphError) as raised:
        asyncio.run(Store.open(address))
    return raised.value


def test_an_unreachable_server_is_told_at_once_and_how_to_start_one() -> None:
    (port,) = free_ports(1)
    error = refusal(replace(HERE, url=f"bolt://127.0.0.1:{port}"))

    assert isinstance(error, StoreUnreachable)
    assert f"nothing answers at bolt://127.0.0.1:{port}" in str(error)
    assert "docker compose -f docker/compose.yaml up neo4j" in str(error)
    assert "a silence of" not in str(error), "it was waited for"


def test_a_warning_of_the_server_is_one_here(neo4j: Database) -> None:
    with pytest.raises(UserWarning, match="deprecated"):
        neo4j.await_(neo4j.store.read_text("MATCH (model:Model) RETURN id(model) AS number"))


def test_a_host_that_does_not_exist_is_unreachable() -> None:
    assert isinstance(refusal(replace(HERE, url="bolt://no.such.host.invalid:7687")), StoreUnreachable)


def test_a_server_without_tls_is_told_when_the_url_asks_for_it(database: Database) -> None:
    plain = database.access.address
    for scheme in ("bolt+s", "neo4j+s"):
        error = refusal(replace(plain, url=plain.url.replace("bolt", scheme)))
        assert isinstance(error, StoreUnreachable)
        assert "encrypt" in str(error)


def test_a_cluster_that_does_not_answer_is_told_with_what_the_system_said() -> None:
    (port,) = free_ports(1)
    assert "Connect call failed" in str(refusal(replace(HERE, url=f"neo4j://127.0.0.1:{port}")))


def test_a_program_that_stays_silent_is_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queries.driver.OPEN_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        error = refusal(replace(HERE, url=f"bolt://127.0.0.1:{server.getsockname()[1]}"))
    assert isinstance(error, StoreUnreachable)
    assert "a silence of 0.5 s" in str(error)


def test_a_wrong_password_is_refused_without_repeating_it(database: Database) -> None:
    error = refusal(replace(database.access.address, password="wrong-word"))

    assert isinstance(error, StoreRefused)
    assert f"{database.access.address.url} refuses the user {database.access.address.user!r}" in str(error)
    assert "check the user and password in SUMMIT_DATABASE" in str(error)
    assert "wrong-word" not in str(error)


def test_a_database_that_the_server_does_not_have_is_named(database: Database) -> None:
    error = refusal(replace(database.access.address, database="elsewhere"))
    assert isinstance(error, (StoreError, QueryError))
    assert "elsewhere" in str(error)


def test_a_query_is_run_by_its_name_and_contract_only(arcadedb: Database) -> None:
    for name, parameters, complaint in [
        ("clas_edges", {}, "no stored query is called 'clas_edges'"),
        ("class_edges", {}, r"class_edges: missing \['class'\]"),
        ("class_edges", {"class": 294}, "class is 294; expected string"),
        ("upsert_model", {}, "upsert_model is a write query; a read query was expected here"),
    ]:
        with pytest.raises(QueryError, match=complaint):
            arcadedb.run(name, **parameters)
    with pytest.raises(QueryError, match="models is a read query; a write query was expected here"):
        arcadedb.write("models")


def test_a_long_list_is_sent_without_being_written_out(database: Database) -> None:
    class Loud(str):
        def __repr__(self) -> str:
            raise AssertionError("written out")

    wanted = [Loud(f"{MODEL}/294"), Loud(f"{MODEL}/295")]
    found = database.await_(database.store.run("classes_by_id", classes=wanted))
    assert [row["index"] for row in found] == [294, 295]
    written = database.await_(database.store.write_texts([("RETURN size($wanted) AS size", {"wanted": wanted})]))
    assert written == [{"size": 2}]


def test_writes_together_happen_all_or_not_at_all(database: Database) -> None:
    good = ("upsert_model", {"model": "half", "properties": {"architecture": "none"}, "now": "now"})
    bad = ("upsert_layers", {"model": "half", "rows": [{"id": "half/one", "name": {"no": "name"}, "index": 0}]})
    channel = f"{MODEL}/mixed5b/0"
    clash = ("add_attribution_vertices", {"rows": [{"class": f"{MODEL}/0", "channel": channel, "count": {"no": 1}}]})

    with pytest.raises(GraphError):
        database.await_(database.store.write_together([good, bad, clash]))

    assert "half" not in [row["id"] for row in database.run("models")]


def test_creating_the_schema_again_changes_nothing(database: Database) -> None:
    database.await_(database.store.create_schema())
    assert len(database.run("layers", model=MODEL)) == 9


def test_the_abilities_of_an_engine_are_found_out(arcadedb: Database, neo4j: Database) -> None:
    assert arcadedb.store.abilities == {"procedure"}
    assert neo4j.store.abilities == {"gds"}


def test_any_number_of_tasks_may_share_a_store(arcadedb: Database) -> None:
    async def many() -> list[int]:
        ask = [arcadedb.store.run("class_channels", **{"class": f"{MODEL}/{i}"}, min_count=0) for i in range(200)]
        return [len(rows) for rows in await asyncio.gather(*ask)]

    alone = [len(arcadedb.run("class_channels", **{"class": f"{MODEL}/{i}"}, min_count=0)) for i in range(0, 200, 40)]
    assert arcadedb.await_(many())[::40] == alone


def test_a_read_that_takes_too_long_is_ended(neo4j: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neo4j.store, "seconds", 1)
    classes = [f"{MODEL}/{index}" for index in range(200)]
    with pytest.raises(StoreBusy, match="ask for less"):
        neo4j.run("motif_bifans", classes=classes, min_support=1, limit=1)


def test_a_statement_that_the_database_does_not_understand_is_a_bad_query(database: Database) -> None:
    with pytest.raises(Neo4jError) as refusal:
        database.administer("RETURN no_such_name")
    told = translated(refusal.value, database.access.address)
    assert type(told) is QueryError
    assert database.access.address.url in str(told)


@pytest.mark.parametrize(
    "error, kind, words",
    [
        (ServiceUnavailable("gone"), StoreUnreachable, "nothing answers at"),
        (ConnectionRefusedError(111, "refused"), StoreUnreachable, "nothing answers at"),
        (TransientError("write: No space left on device"), StoreError, "the disk under the database is full"),
        (TransientError("The transaction has been terminated: timed out"), StoreBusy, "a limit of the database"),
    ],
)
def test_each_trouble_of_the_driver_has_a_class_of_ours(error: Exception, kind: type[GraphError], words: str) -> None:
    told = translated(error, HERE)
    assert type(told) is kind
    assert words in str(told)
    assert "secret" not in str(told)


def test_a_store_that_moves_takes_the_forms_that_are_offered_there(arcadedb: Database) -> None:
    async def move() -> str:
        store = await Store.open(arcadedb.access.address)
        try:
            store.abilities = frozenset()  # as of an engine with other procedures
            await store.move(arcadedb.access.address)
            return store.variant("personalized_pagerank")
        finally:
            await store.close()

    assert arcadedb.await_(move()) == "procedure"
