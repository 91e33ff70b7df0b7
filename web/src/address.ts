// What is wrong with an address that somebody opens: every part that cannot be read or has no effect, in a sentence.
import { within, whole } from "./read";
import { WEIGHINGS } from "./attributed";
import { LEAST, MOST } from "./cut";
import { KINDS } from "./kinds";
import { LONGEST, LOOKS, NARROWEST, NEEDS, OPERATIONS, parse, PATIENT, type Room, ROOMS, SCORES, SHAPES, SHORTEST, SHOWS, SIZES, SORTS, SPOKEN, START, type State, WIDEST } from "./state";

type Check = readonly [isRead: (word: string) => boolean, expected: string];

const oneOf = (words: readonly string[]): Check => [(word) => words.includes(word), `one of ${words.join(", ")}`];
const between = (least: number, most: number): Check => [(word) => within(least, most, word) !== null, `a number from ${least} to ${most}`];
const every = ([isRead, expected]: Check, many: string): Check => [(word) => word.split(",").filter(Boolean).every(isRead), `${many}, each ${expected}`];
const SWITCH = oneOf(["true", "false"]);
const COUNT: Check = [(word) => whole(word) !== null, "a whole number"];
const INDEX: Check = [(word) => whole(word) !== null, "the index of a class, like 294"];
const CHANNEL: Check = [(word) => /^[^>]+\/\d+$/.test(word), "a channel, like mixed4d/431"];
const EDGE: Check = [(word) => /^[^>]+\/\d+>[^>]+\/\d+$/.test(word), "an edge, like mixed4c/415>mixed4d/431"];
const PIN: Check = [(word) => CHANNEL[0](word) || EDGE[0](word), "a channel, like mixed4d/431, or an edge, like mixed4c/415>mixed4d/431"];

const CHECKS: Readonly<Record<string, Check>> = {
  room: oneOf(ROOMS),
  class: INDEX,
  classes: every(INDEX, "classes with commas between them"),
  picked: every(INDEX, "classes with commas between them"),
  operation: oneOf(OPERATIONS),
  atLeast: COUNT,
  look: oneOf(LOOKS),
  pin: PIN,
  trace: SWITCH,
  table: SWITCH,
  channel: CHANNEL,
  motif: every(EDGE, "edges with commas between them"),
  sort: oneOf(SORTS),
  rows: COUNT,
  show: oneOf(SHOWS),
  score: oneOf(SCORES),
  min: COUNT,
  weight: COUNT,
  weighed: oneOf(WEIGHINGS),
  width: between(NARROWEST, WIDEST),
  height: between(NARROWEST, WIDEST),
  size: oneOf(SIZES),
  kinds: oneOf(KINDS),
  probable: SWITCH,
  lanes: SWITCH,
  threshold: between(LEAST, MOST),
  unified: SWITCH,
  deadEnds: SWITCH,
  plain: SWITCH,
  around: CHANNEL,
  shape: oneOf(SHAPES),
  length: [(word) => within(SHORTEST, LONGEST, word) !== null && whole(word) !== null, `a whole number from ${SHORTEST} to ${LONGEST}`],
  support: between(0, 1),
  seconds: between(0, PATIENT),
  args: [isObject, 'a JSON object, like {"limit": 10}'],
};

const FOLLOWED = /^utm_|clid$/; // by which other sites count who comes from where

/** search  the query of an address, "?class=294" */
export function faultsOf(search: string): string[] {
  const state = parse(search);
  const { room } = state;
  const read = new Set<string>(["room", ...SPOKEN[room]]);
  const [seen, unknown] = [new Set<string>(), new Set<string>()];
  const told = [...new URLSearchParams(search)].flatMap(([name, word]) => {
    if (!Object.hasOwn(START, name)) return FOLLOWED.test(name) ? [] : (unknown.add(`“${name}”`), []);
    if (seen.has(name)) return [`“${name}” stands in the address more than once; “${name}=${word}” is not read.`];
    seen.add(name);
    const [key, check] = [name as keyof State, CHECKS[name]];
    if (word === "") return [];
    if (check && !check[0](word)) return [`“${name}=${word}” in the address cannot be read: expected ${check[1]}.`];
    const why = read.has(name) ? needed(state, key) : `it is read in ${ROOMS.filter((other) => SPOKEN[other].includes(key)).join(", ")}`;
    return why === null ? [] : [noEffect(name, word, room, why)];
  });
  if (unknown.size) told.push(`Unknown in an address: ${[...unknown].join(", ")}. Known in ${room}: ${[...read].join(", ")}.`);
  return told;
}

export const noEffect = (name: string, word: string, room: Room, why: string): string => `“${name}=${word}” in the address has no effect in ${room}: ${why}.`;

/** What it needs that the address does not have; null: nothing. */
function needed(state: State, key: keyof State): string | null {
  const need = NEEDS[key];
  return need && String(state[key]) !== String(START[key]) && !need[0](state) ? `it needs ${need[1]}` : null;
}

function isObject(word: string): boolean {
  try {
    const value: unknown = JSON.parse(word);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
