// What a browser keeps for the page; where that is switched off, even asking for it is an error.

/** null where the browser keeps nothing. */
export function storageOf(get: () => Storage): Storage | null {
  try {
    return get();
  } catch {
    return null;
  }
}
