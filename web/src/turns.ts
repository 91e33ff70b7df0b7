// Work that may not all be done at the same time.
/** Runs at most `most` at once; the others wait their turn, first come, first served. */
export function createTurns(most: number) {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async function inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (running < most) running++;
    else await new Promise<void>((start) => waiting.push(start));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next) next(); // takes this one's place
      else running--;
    }
  };
}
