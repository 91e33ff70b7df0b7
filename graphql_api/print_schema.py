"""`python -m graphql_api.print_schema`: the schema in GraphQL's own language."""

import sys

from graphql_api.schema import schema

if __name__ == "__main__":
    sys.stdout.write(schema.as_str() + "\n")
