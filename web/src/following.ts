// Follows the service's long work. A quiet page asks now and then; while work runs, it listens; an unseen page does neither.
import { running, type Work } from "./work";

export const FIRST_MS = 2_000; // after the page opened: what it shows comes first
export const LOOK_MS = 15_000; // between two looks while nothing runs
export const AWAY_MS = 10_000; // that a stream may be broken before its work counts as unknown

/** A stream of events: an EventSource, as far as it is used. */
export interface Stream {
  readonly readyState: number;
  onerror: ((event: Event) => void) | null;
  addEventListener(type: "work", listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

/** What is asked of the service and of the browser. */
export interface Ports {
  look(): Promise<readonly Work[]>; // once
  listen(): Stream;
  readonly hidden: boolean; // the page is not seen
}

const CLOSED = 2; // a stream that does not connect again by itself

/** show  is given what is under way whenever it was heard of. Call what is returned when the page is hidden or seen again. */
export function followWork(ports: Ports, show: (works: readonly Work[]) => void): () => void {
  let stream: Stream | null = null;
  let timer = setTimeout(look, FIRST_MS);
  let broken: ReturnType<typeof setTimeout> | undefined;
  return () => {
    rest();
    if (!ports.hidden) look();
  };

  function heard(works: readonly Work[]): void {
    if (ports.hidden) return; // asked before: the page looks again when it is seen
    mended();
    show(works);
    if (!running(works).length) rest(LOOK_MS);
    else if (stream === null) listen();
  }

  /** One look; a service that does not answer is looked at again later. */
  function look(): void {
    if (!ports.hidden) ports.look().then(heard, () => rest(LOOK_MS));
  }

  /** A stream ends after a while and connects again by itself. One that has no place, or whose service is away, is given up. */
  function listen(): void {
    const opened = (stream = ports.listen());
    opened.addEventListener("work", (event) => heard(JSON.parse(event.data) as Work[]));
    opened.onerror = () => {
      if (opened.readyState === CLOSED) heard([]);
      else broken ??= setTimeout(() => heard([]), AWAY_MS);
    };
  }

  function mended(): void {
    clearTimeout(broken);
    broken = undefined;
  }

  /** Hears nothing, and looks again after so many milliseconds, if at all. */
  function rest(after?: number): void {
    stream?.close();
    stream = null;
    mended();
    clearTimeout(timer);
    if (after !== undefined && !ports.hidden) timer = setTimeout(look, after);
  }
}
