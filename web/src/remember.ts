/** The same function, which does not work again as long as it is given the very same arguments. */
export function remember<A extends readonly unknown[], T>(make: (...given: A) => T): (...given: A) => T {
  let last: { readonly given: A; readonly value: T } | null = null;
  return (...given) => {
    if (last?.given.length !== given.length || given.some((item, k) => item !== last?.given[k])) last = { given, value: make(...given) };
    return last.value;
  };
}
