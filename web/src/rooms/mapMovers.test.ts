import { expect, test } from "vitest";
import { createApi } from "../api";
import type { Model } from "../types";
import { findMovers } from "./mapMovers";

test("classes of the same name are told apart among those that move most", async () => {
  const classes = { nodes: [{ index: 134, name: "crane" }, { index: 517, name: "crane" }, { index: 3, name: "shark" }], pageInfo: { hasNextPage: false, endCursor: null } };
  const storedQuery = { columns: ["class", "name", "moved", "lower", "upper"], rows: [[517, "crane", 0.9, "low", "top"], [3, "shark", 0.5, "low", "top"]] };
  const service: typeof fetch = async (_url, init) => Response.json({ data: String(init?.body).includes("RunStoredQuery") ? { storedQuery } : { classes } });
  const movers = await findMovers(createApi("/graphql", service), { id: "m", classCount: 3 } as Model);
  expect(movers!.map(({ index, name }) => [index, name])).toEqual([[517, "crane (517)"], [3, "shark"]]);
});
