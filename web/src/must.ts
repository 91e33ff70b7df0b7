// Values that are always there, which types cannot say.

/** The value; throws where there is none, which is a fault of the page. */
export function must<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) throw new RangeError("a value that is always there is missing");
  return value;
}
