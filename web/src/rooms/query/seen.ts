// A question begins with what somebody was looking at: the class, the pinned channel, the group and the next one around it.
import { keyOf } from "../../chosen";
import { isEdge } from "../../layout/relate";
import type { Values } from "../../parameters";
import type { State } from "../../state";
import type { GroupMembers } from "../../types";

type Seen = Pick<State, "class" | "classes" | "channel" | "pin" | "group">;

/** The example's values, with those in their place that are of what was seen; a class and a channel change together. areCompared  the compared classes were seen last */
export function ofSeen(example: Values, seen: Seen, groups: readonly GroupMembers[], model: string, areCompared = false): Values {
  const [first = null] = seen.classes;
  const index = areCompared ? (first ?? seen.class) : (seen.class ?? first);
  const name = seen.pin !== null && !isEdge(seen.pin) ? seen.pin : seen.channel;
  const [group, around] = groupsAt(seen.group, index, groups);
  const found: Values = {
    class: index === null ? null : `${model}/${index}`,
    channel: name === null ? null : `${model}/${name}`,
    classes: seen.classes.length < 2 ? null : seen.classes.slice(0, 2).map((item) => `${model}/${item}`),
    ...("class" in example ? {} : { group: valueOf(group, example["group"]), against: valueOf(around, example["against"]) }),
  };
  const isWhole = (...names: string[]) => names.every((item) => !(item in example) || found[item] != null);
  const isOne = (item: string) => (item === "class" || item === "channel" ? isWhole("class", "channel") : item === "group" || item === "against" ? isWhole("group", "against") : true);
  const taken = Object.keys(example).filter((item) => found[item] != null && isOne(item) && found[item] !== example["other"]);
  return { ...example, ...Object.fromEntries(taken.map((item) => [item, found[item]])) };
}

/** A group, or the smallest of a class, and the smallest that holds it and more. */
function groupsAt(key: string | null, index: number | null, groups: readonly GroupMembers[]): (GroupMembers | undefined)[] {
  const sorted = [...groups].sort((a, b) => a.classes.length - b.classes.length);
  const group = key === null ? sorted.find(({ classes }) => index !== null && classes.includes(index)) : sorted.find((item) => keyOf(item) === key);
  const around = group && sorted.find(({ classes }) => classes.length > group.classes.length && group.classes.every((item) => classes.includes(item)));
  return [group, around];
}

/** As the example asks for a group: by its id, or by its wnid. */
const valueOf = (group: GroupMembers | undefined, example: unknown): string | null =>
  group === undefined ? null : typeof example === "string" && example.includes("/") ? group.id : keyOf(group);
