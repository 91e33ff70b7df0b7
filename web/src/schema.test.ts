// Every document the page sends is valid against the SDL that the service commits to.
import { existsSync, readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";
import { arrivalsDocument, channelsDocument, DOCUMENTS, picturesDocument } from "./documents";

const sdl = new URL("../../graphql_api/schema.graphql", import.meta.url);

const documents = { ...DOCUMENTS, arrivals: arrivalsDocument(["m/mixed4d/431", "m/mixed4d/446"])[0], pictures: picturesDocument(["m/mixed4d/431", "m/mixed4d/446"], 3, 1)[0], channels: channelsDocument(["m/mixed4d/431", "m/mixed4d/446"])[0] };

test.skipIf(!existsSync(sdl)).each(Object.entries(documents))("the service understands %s", (_name, document) => {
  const schema = buildSchema(readFileSync(sdl, "utf8"));
  expect(validate(schema, parse(document)).map((error) => error.message)).toEqual([]);
});
