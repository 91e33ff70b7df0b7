// A service that goes away: questions wait until it answers again, and one banner says so.

export interface Connection {
  /** Until the service answers again. All who wait share one series of tries. */
  back(): Promise<void>;
  /** Tries at once. */
  hurry(): void;
}

const SHORTEST = 1_000; // ms between tries, doubled each time
const LONGEST = 10_000;

/**
 * ping     whether the service answers
 * changed  called with true when it went away, with false when it is back
 */
export function createConnection(ping: () => Promise<boolean>, changed: (isAway: boolean) => void): Connection {
  let waiting: Promise<void> | null = null;
  let wake = () => {};

  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => (clearTimeout(timer), resolve());
    });

  async function tries(): Promise<void> {
    changed(true);
    for (let wait = SHORTEST; ; wait = Math.min(LONGEST, 2 * wait)) {
      await rest(wait);
      if (await ping()) break;
    }
    waiting = null;
    changed(false);
  }

  return { back: () => (waiting ??= tries()), hurry: () => wake() };
}
