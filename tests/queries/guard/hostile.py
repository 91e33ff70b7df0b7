"""Statements that a guard refuses, with the reason: never that one is misspelt."""

UPDATES = r"cannot contain (any updates|update clauses)"
NO_PROCEDURE = r"no procedure with the name `\S+` registered"
NOT_OPEN = r"calls the procedure \S+; allowed are"
COMMANDS = (r"input 'EXISTS {\\n(DROP|ALTER|SHOW|TERMINATE|STOP) ", r"Invalid input '[A-Z]+': expected an expression")
CREATIONS = ("Unexpected input '{'", "Invalid input '(hacked|eve)': expected a graph pattern")

REFUSED = {  # by why ArcadeDB refuses them, and why Neo4j does
    (UPDATES, UPDATES): [
        "CREATE (:Hacked)",
        "CREATE (:Channel {id: 'x'}) RETURN 1 AS one",
        "MERGE (n:Hacked) RETURN n",
        "MATCH (n:Channel) SET n.index = 0",
        "MATCH (n:Channel) SET n:Hacked RETURN n",
        "MATCH (n:Channel) REMOVE n.index",
        "MATCH (n) DETACH DELETE n",
        "MATCH ()-[r]->() DELETE r",
        "MATCH (n:Channel) FOREACH (x IN [1] | SET n.index = x)",
        "MATCH (n:Channel) CALL (n) { SET n.index = 0 } IN TRANSACTIONS OF 10 ROWS",
        "CALL () { CREATE (:Hacked) RETURN 1 AS one } RETURN one",
        "CALL { MATCH (n) DETACH DELETE n } RETURN 1 AS one",
        "RETURN COLLECT { CREATE (:Hacked) RETURN 1 } AS list",
        "RETURN EXISTS { MATCH (n) SET n.x = 1 RETURN n } AS e",
        "UNWIND [1] AS x RETURN x UNION CREATE (:Hacked) RETURN 1 AS x",
        "/* read */ CREATE /* only */ (:Hacked)",
        "// RETURN 1\nCREATE (:Hacked)",
        "RETURN 1 AS one\n} AS a, EXISTS { CREATE (:Hacked) RETURN 1 AS one",
        "CALL db.createLabel('Hacked')",
        "CALL db.createProperty('hacked') RETURN 1 AS one",
    ],
    ("Syntax error|Unexpected input", UPDATES): [
        "CR\\u0045ATE (:Hacked)",
        "\\u0043REATE (:Hacked) RETURN 1 AS one",
    ],
    ("Unexpected input '}'", "RETURN can only be used at the end"): [
        "RETURN 1 AS one } AS x CREATE (:Hacked) WITH 1 AS y RETURN EXISTS { RETURN 1 AS one",
    ],
    (r"input 'EXISTS {\\n(PROFILE|EXPLAIN|CYPHER) ", "Invalid input '(CREATE|runtime|25)'"): [
        "PROFILE CREATE (:Hacked)",
        "EXPLAIN CREATE (:Hacked)",
        "CYPHER runtime=slotted CREATE (:Hacked)",
        "CYPHER 25 CREATE (:Hacked)",
        "EXPLAIN CREATE USER eve SET PASSWORD 'abcdefgh1'",
    ],
    (UPDATES, NO_PROCEDURE): [
        "CALL apoc.merge.node(['Hacked'], {n: 1}, {}, {}) YIELD node RETURN node",
        "CALL merge.node(['Hacked'], {n: 1}, {}, {}) YIELD node RETURN node",
        "MATCH (n:Layer) WITH collect(n) AS all CALL apoc.refactor.mergeNodes(all, {}) YIELD node RETURN node",
        "CALL gds.pageRank.write('g', {writeProperty: 'p'}) YIELD nodePropertiesWritten AS n RETURN n",
        "CALL gds.graph.export('g', {dbName: 'x'}) YIELD dbName RETURN dbName",
        "CALL apoc.do.when(true, 'CREATE (:Hacked)', '', {}) YIELD value RETURN value",
    ],
    CREATIONS: [
        "CREATE INDEX hacked FOR (n:Channel) ON (n.index)",
        "CREATE CONSTRAINT hacked FOR (n:Layer) REQUIRE n.name IS UNIQUE",
        "CREATE USER eve SET PASSWORD 'abcdefgh1'",
        "CREATE DATABASE hacked",
    ],
    COMMANDS: [
        "DROP INDEX hacked IF EXISTS",
        "DROP USER root",
        "ALTER USER neo4j SET PASSWORD 'abcdefgh1'",
        "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'abcdefgh1'",
        "SHOW USERS",
        "SHOW CURRENT USER",
        "SHOW SETTINGS",
        "SHOW PROCEDURES",
        "SHOW TRANSACTIONS",
        "TERMINATE TRANSACTIONS 'q1'",
        "SHOW DATABASES",
        "DROP DATABASE neo4j",
        "STOP DATABASE neo4j",
    ],
    (r"input 'EXISTS {\\n(SHOW|START|SESSION|ALTER) ", "Invalid input '[A-Z]+': expected an expression"): [
        "SHOW TRANSACTIONS YIELD transactionId AS id TERMINATE TRANSACTIONS id",
        "START TRANSACTION",
        "SESSION CLOSE",
        "ALTER DATABASE `arcadedb.command.timeout` 0",
    ],
    ("mismatched input 'BEGIN'|No active transaction to COMMIT", "Variable `EXISTS` not defined"): [
        "BEGIN",
        "COMMIT",
    ],
    ("Unexpected input '{'", "Invalid input 'SHOW': expected a database name"): ["USE system SHOW USERS"],
    ("USE system is not supported", "Multiple graphs in the same query"): ["USE system MATCH (n) RETURN n"],
    ("Unexpected input '{'", "Invalid input ';'"): [
        "RETURN 1 AS one; RETURN 2 AS two",
        "RETURN 1 AS one; CREATE (:Hacked)",
    ],
    ("'PERIODIC COMMIT' is no longer supported", "Invalid input 'PERIODIC'"): [
        "USING PERIODIC COMMIT LOAD CSV FROM 'file:///etc/passwd' AS line CREATE (:Hacked)",
    ],
    (UPDATES, NOT_OPEN): [
        "CALL dbms.listConfig() YIELD name, value RETURN name, value",
        "CALL dbms.listConnections() YIELD connectionId RETURN connectionId",
        "CALL dbms.killConnections(['x']) YIELD message RETURN message",
        "CALL db.stats.collect('QUERIES') YIELD section RETURN section",
        "CALL db.awaitIndexes(1000) RETURN 1 AS one",
        "CALL db.clearQueryCaches() YIELD value RETURN value",
        "CALL tx.setMetaData({a: 1}) RETURN 1 AS one",
        "CALL gds.graph.list() YIELD graphName RETURN graphName",
        "CALL gds.graph.drop('g') YIELD graphName RETURN graphName",
        "CALL `gds`.`graph`.`list`() YIELD graphName RETURN graphName",
    ],
    (NOT_OPEN, NO_PROCEDURE): [
        "CALL apoc.util.sleep(100) RETURN 1 AS one",
        "CALL algo.pagerank() YIELD node RETURN node",
    ],
}
REASONS = {
    statement: dict(zip(("arcadedb", "neo4j"), reasons, strict=True))
    for reasons, statements in REFUSED.items()
    for statement in statements
}
KNOWN = [  # to Neo4j as they stand
    statement
    for reasons in (COMMANDS, CREATIONS, (UPDATES, UPDATES), (UPDATES, NOT_OPEN))
    for statement in REFUSED[reasons]
    if not statement.startswith("RETURN ")  # these are wrong on purpose
]
