// Every document the page sends is valid against the SDL that the service commits to.
import { readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";
import { arrivalsDocument, channelsDocument, documents, picturesDocument } from "./documents";

const schema = buildSchema(readFileSync(new URL("../../graphql_api/schema.graphql", import.meta.url), "utf8"));

const two = ["m/mixed4d/431", "m/mixed4d/446"];
const forTwo = { arrivals: arrivalsDocument(two)[0], pictures: picturesDocument(two, 3, 1)[0], channels: channelsDocument(two)[0] };

test.each(Object.entries({ ...documents(), ...forTwo }))("the service understands %s", (_name, document) => {
  expect(validate(schema, parse(document)).map((error) => error.message)).toEqual([]);
});
