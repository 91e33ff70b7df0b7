// Long work of the service's data directory, in words.
import { number } from "./format";

/** As /events tells it. */
export interface Work {
  readonly id: string;
  readonly kind: string; // a command, or "motifs"
  readonly model: string | null; // or the name of a run
  readonly what: string; // the stage it is in
  readonly done: number;
  readonly total: number; // of this stage; 0: unknown
  readonly state: "running" | "done" | "failed";
  readonly seconds_left: number | null;
}

const KINDS: Readonly<Record<string, string>> = {
  extract: "Extracting graphs",
  embed: "Making maps",
  visualize: "Making pictures",
  patches: "Cutting patches",
  check: "Checking graphs",
  "db check": "Checking the database",
  "db backup": "Backing up",
  "db restore": "Restoring",
  motifs: "Searching motifs",
  load: "Loading counts",
  ingest: "Counting pictures",
  merge: "Merging runs",
  probe: "Probing layers",
  channels: "Looking for meaningless channels",
  subset: "Making graphs of subsets",
  "import-summit": "Importing graphs",
  "import-graphs": "Importing graphs",
  "export-site": "Writing the site",
  "export-bulk": "Writing bulk files",
  demo: "Running the demonstration",
};

/** "Extracting graphs of digits" */
const titleOf = ({ kind, model }: Work): string => `${KINDS[kind] ?? kind}${model === null ? "" : ` of ${model}`}`;

/** "Extracting graphs of digits: cutting 4 of 10, about 13 s left" */
export function sentenceOf(work: Work): string {
  const { what, done, total, seconds_left } = work;
  const far = total > 0 ? ` ${number(done)} of ${number(total)}` : "";
  return `${titleOf(work)}: ${what}${far}${seconds_left === null ? "" : `, about ${duration(seconds_left)} left`}`;
}

/** For a screen reader: what runs, and how work that was seen running has ended. Without figures it changes only then. */
export function spoken(works: readonly Work[], seen: ReadonlySet<string>): string {
  const known = works.filter(({ id, state }) => state === "running" || seen.has(id));
  return known.map((work) => titleOf(work) + (work.state === "running" ? "" : `: ${work.state}`)).join("; ");
}

/** "13 s", "4 min", "2.5 h" */
export function duration(seconds: number): string {
  if (seconds < 90) return `${number(Math.ceil(seconds))} s`;
  const minutes = seconds / 60;
  return minutes < 90 ? `${number(Math.round(minutes))} min` : `${(minutes / 60).toFixed(1)} h`;
}

export const running = (works: readonly Work[]): Work[] => works.filter(({ state }) => state === "running");
