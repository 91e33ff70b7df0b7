// Values that are always there, which types cannot say.

/** The value; throws where there is none, which is a fault of the page. */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError("a value that is always there is missing");
  return value;
}
