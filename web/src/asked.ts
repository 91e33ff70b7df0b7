// One question at a time, and what became of it: an answer, an error with a way to ask again, or nothing yet.

export interface Asked<T> {
  /** Asks, unless this is what was asked last. */
  want(key: string, ask: () => Promise<T>): void;
  /** Null: nothing is asked, or the answer is not here yet. */
  get(): T | Error | null;
  /** Asks the same again. */
  retry(): void;
  /** What failed is asked again by the next one who wants it. */
  leave(): void;
  /** Nothing is wanted any more. */
  forget(): void;
}

/** changed  called when there is something else to show: an answer, an error, or waiting again */
export function asking<T>(changed: () => void): Asked<T> {
  let run = 0;
  let wanted: string | null = null;
  let question: (() => Promise<T>) | null = null;
  let found: T | Error | null = null;

  function start(): void {
    const mine = ++run;
    found = null;
    const keep = (result: T | Error): void => {
      if (mine !== run) return;
      found = result;
      changed();
    };
    question?.().then(keep, (error: unknown) => keep(error instanceof Error ? error : new Error(String(error))));
  }

  return {
    want(key, ask) {
      if (key === wanted) return;
      [wanted, question] = [key, ask];
      start();
    },
    get: () => found,
    retry() {
      start();
      changed();
    },
    leave: () => void (found instanceof Error && (wanted = null)),
    forget() {
      run++;
      [wanted, question, found] = [null, null, null];
    },
  };
}
