// Numbers as an address spells them; null where it does not.

export const whole = (word: string | null): number | null => {
  const value = word !== null && /^\d+$/.test(word) ? Number(word) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
};

export function within(least: number, most: number, word: string | null): number | null {
  const value = word === null || word.trim() === "" ? Number.NaN : Number(word);
  return value >= least && value <= most ? value : null;
}
