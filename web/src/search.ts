// What the one search finds: classes, channels and groups.
import type { Api } from "./api";
import { keyOf, titleOf } from "./chosen";
import { number, plural, shortId } from "./format";
import type { Names } from "./names";
import type { Model } from "./types";
import type { Finding } from "./views/combobox";
import { must } from "./must";

export interface Choices {
  class?(index: number): void;
  channel?(name: string): void; // "mixed4d/431"
  group?(key: string): void;
}

export async function findEverything(api: Api, model: Model, text: string, choices: Choices, names: Names | null = null): Promise<Finding[]> {
  const [classes, groups, named] = await Promise.all([
    choices.class ? findClasses(api, model, text, choices.class) : [],
    choices.group ? findGroups(api, model, text, choices.group) : [],
    choices.channel && names ? findNamed(names, text, choices.channel) : [],
  ]);
  const isMeant = (found: readonly Finding[]) => Number(found.some(({ title, note }) => [title, note].some((word) => closeness(word, text) === EXACT)));
  const lists = [classes, groups, named].sort((a, b) => isMeant(b) - isMeant(a)); // "bear" is the group rather than bearskin
  return [...(choices.channel ? findChannels(model, text, choices.channel) : []), ...lists.flat()];
}

async function findClasses(api: Api, model: Model, search: string, choose: (index: number) => void): Promise<Finding[]> {
  const page = await api.classes({ model: model.id, search, orderBy: "NAME", first: 40 });
  const near = ({ name, index }: { name: string; index: number }) => (String(index) === search ? 4 : closeness(name, search));
  const best = [...page.nodes].sort((a, b) => near(b) - near(a)).slice(0, 8);
  const section = page.totalCount > best.length ? `Classes, ${best.length} of ${number(page.totalCount)}` : "Classes";
  return best.map(({ name, index }) => ({ section, title: name, note: String(index), choose: () => choose(index) }));
}

const EXACT = 3;

/** A name that is the text comes first, then one that begins with it, then one with a word that does. */
export function closeness(name: string, text: string): number {
  const [whole, part] = [name.toLowerCase(), text.toLowerCase()];
  if (whole === part) return EXACT;
  if (whole.startsWith(part)) return 2;
  return whole.split(/[\s-]+/).some((word) => word.startsWith(part)) ? 1 : 0;
}

/** "mixed4d/431", "4d 431": a layer's name or its end, and a channel of it. */
export function findChannels(model: Model, text: string, choose: (name: string) => void): Finding[] {
  const match = /^(\S*[a-z]\S*)[\s/-]+(\d+)$/i.exec(text.trim());
  if (!match) return [];
  const [, word = "", index = ""] = match;
  return model.layers
    .filter((layer) => layer.name.toLowerCase().endsWith(word.toLowerCase()) && Number(index) < layer.channels)
    .map((layer) => {
      const name = `${layer.name}/${Number(index)}`;
      return { section: "Channels", title: name, note: `of ${number(layer.channels)}`, choose: () => choose(name) };
    });
}

/** Channels whose own or suggested name holds the words; own ones first, and of either the nearest name. */
export async function findNamed(names: Names, text: string, choose: (name: string) => void): Promise<Finding[]> {
  const found = await names.find(text);
  const near = (id: string) => closeness(must(names.of(id)), text) + (names.own(id) === null ? 0 : EXACT + 1);
  const best = found.sort((a, b) => near(b) - near(a)).slice(0, 6);
  const section = found.length > best.length ? `Channels by name, ${best.length} of ${number(found.length)}` : "Channels by name";
  return best.map((id) => ({ section, title: shortId(id), note: names.own(id) ?? `${names.of(id)}?`, choose: () => choose(shortId(id)) }));
}

async function findGroups(api: Api, model: Model, text: string, choose: (key: string) => void): Promise<Finding[]> {
  const part = text.toLowerCase();
  const all = await api.groups(model.id);
  const groups = all.filter((group) => group.name.toLowerCase().includes(part) || group.wnid === part);
  groups.sort((a, b) => closeness(b.name, text) - closeness(a.name, text) || b.classCount - a.classCount);
  const best = groups.slice(0, 5);
  const section = groups.length > best.length ? `Groups, ${best.length} of ${number(groups.length)}` : "Groups";
  return best.map((group) => ({
    section,
    title: titleOf(group, all),
    note: plural(group.classCount, "class", "classes"),
    choose: () => choose(keyOf(group)),
  }));
}
