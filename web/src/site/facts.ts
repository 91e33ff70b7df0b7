// Whether the page is a published copy of a model, without a service: its export says so in the document's head.
import { whole } from "../read";

/** What site.json tells of the copy. */
export interface SiteFacts {
  readonly model: string;
  readonly made: string; // date and time, ISO 8601
  readonly version: string; // of the program
  readonly classes: readonly number[]; // that the copy has
  readonly classCount: number; // of the model
}

/** What a copy's document says of it. */
export interface Site {
  readonly facts: string; // address of its site.json
  readonly of: number | null; // classes that the model has, where the copy has some of them
}

/** null: there is a service. */
export function siteAt(page: Document): Site | null {
  const mark = page.querySelector<HTMLMetaElement>('meta[name="summit-site"]');
  return mark && { facts: mark.content, of: whole(mark.dataset["of"] ?? null) };
}

/** what  the subject of the sentence, with its verb: "A query needs" */
export const needsService = (what: string): string => `${what} a Summit Graph service; this is a published copy without one.`;
