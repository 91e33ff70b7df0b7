// Numbers and names as people read them.

const whole = new Intl.NumberFormat("en");

export const number = (value: number): string => whole.format(value);

/** A number of a table: whole, or with six digits. */
export const figure = (value: number | bigint): string => (typeof value === "bigint" || Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6))));

export const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

/** "+41", "−8.0": a difference of shares, in percentage points. */
export function points(difference: number): string {
  const size = Math.abs(difference);
  return `${difference < 0 ? "−" : "+"}${(100 * size).toFixed(size > 0 && size < 0.1 ? 1 : 0)}`;
}

/** 0.65: two digits, as similarities and overlaps are given. */
export const hundredths = (value: number): string => value.toFixed(2);

export const plural = (count: number, word: string, many = `${word}s`): string => `${number(count)} ${count === 1 ? word : many}`;

/** "in 167 pictures", with the share where the number of pictures is known. word  what it counts, like "picture" */
export const counted = (count: number, word: string, share: number | null): string =>
  share === null ? `in ${plural(count, word)}` : `in ${plural(count, word)}, ${percent(share)}`;

/** "summit-inceptionv1/mixed4d/431" -> "mixed4d/431" */
export const shortId = (id: string): string => id.slice(id.indexOf("/") + 1);

/** p and q values: 0.012, 3e-8. */
export const probability = (value: number): string =>
  value === 0 ? "0" : value >= 0.001 ? value.toPrecision(2) : value.toExponential(0);

export const ratio = (value: number): string =>
  !Number.isFinite(value) ? "∞" : value >= 99.5 ? number(Math.round(value)) : value.toPrecision(2);

/** A chance given by its natural logarithm, which may be far below the smallest number: "1e-412". */
export function chance(log: number): string {
  if (log > Math.log(0.001)) return Math.exp(log).toPrecision(2);
  const exponent = Math.floor(log / Math.LN10);
  const digit = Math.round(Math.exp(log - exponent * Math.LN10));
  return digit === 10 ? `1e${exponent + 1}` : `${digit}e${exponent}`;
}

/** A word of a command as a shell reads it: within quotes where it has more than letters, digits and signs of paths. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** What gives a model groups of classes. */
export const groupsFrom = (model: string): string => `Keep one on the map, or run summit groups ${shellWord(model)} LIST.`;

/** A channel with the name that somebody gave it. */
export const withName = (text: string, name: string | null): string => (name === null ? text : `${text} ${name}`);
