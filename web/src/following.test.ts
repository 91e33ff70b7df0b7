import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AWAY_MS, FIRST_MS, followWork, LOOK_MS, type Stream } from "./following";
import type { Work } from "./work";

const work: Work = { id: "1", kind: "extract", model: "digits", what: "cutting", done: 4, total: 10, state: "running", seconds_left: 12.5 };
const [CONNECTING, CLOSED] = [0, 2];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Line implements Stream {
  readyState = 1;
  onerror: ((event: Event) => void) | null = null;
  #listener: ((event: MessageEvent<string>) => void) | null = null;
  addEventListener(_: "work", listener: (event: MessageEvent<string>) => void): void {
    this.#listener = listener;
  }
  say(...works: Work[]): void {
    this.#listener?.(new MessageEvent("work", { data: JSON.stringify(works) }));
  }
  /** It breaks, and connects again by itself unless it is closed. */
  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.(new Event("error"));
  }
  close(): void {
    this.readyState = CLOSED;
  }
}

/** A service where one piece of work runs, and what the page shows of it. */
function follow() {
  const shown: number[] = []; // how many pieces, each time
  const lines: Line[] = [];
  const answers: (() => void)[] = []; // to looks that wait for one
  const ports = {
    hidden: false,
    look: () => new Promise<Work[]>((answer) => answers.push(() => answer([work]))),
    listen: () => (lines.push(new Line()), lines.at(-1)!),
  };
  const turned = followWork(ports, (works) => shown.push(works.length));
  const answer = async () => (answers.shift()!(), vi.advanceTimersByTimeAsync(0));
  return { ports, shown, lines, answers, answer, turned };
}

test("a stream that ends and connects again leaves the line where it is", async () => {
  const { shown, lines, answer } = follow();
  await vi.advanceTimersByTimeAsync(FIRST_MS);
  await answer();
  lines[0]!.say(work);
  lines[0]!.fail(CONNECTING);
  await vi.advanceTimersByTimeAsync(AWAY_MS - 1);
  lines[0]!.say(work);
  await vi.advanceTimersByTimeAsync(AWAY_MS);
  expect([shown, lines.length]).toEqual([[1, 1, 1], 1]);
});

test("work of a service that is away is not shown for ever, however often the stream tries", async () => {
  const { shown, lines, answers, answer } = follow();
  await vi.advanceTimersByTimeAsync(FIRST_MS);
  await answer();
  for (let waited = 0; waited < AWAY_MS; waited += AWAY_MS / 4) {
    lines[0]!.fail(CONNECTING);
    await vi.advanceTimersByTimeAsync(AWAY_MS / 4);
  }
  expect([shown, lines[0]!.readyState, answers.length]).toEqual([[1, 0], CLOSED, 0]);
  await vi.advanceTimersByTimeAsync(LOOK_MS);
  expect(answers.length).toBe(1);
});

test("a stream that has no place is looked at again later", async () => {
  const { shown, lines, answers, answer } = follow();
  await vi.advanceTimersByTimeAsync(FIRST_MS);
  await answer();
  lines[0]!.fail(CLOSED);
  expect(shown).toEqual([1, 0]);
  await vi.advanceTimersByTimeAsync(LOOK_MS);
  expect(answers.length).toBe(1);
});

test("an unseen page neither looks nor listens, also where it was hidden amid a look", async () => {
  const { ports, shown, lines, answers, answer, turned } = follow();
  await vi.advanceTimersByTimeAsync(FIRST_MS);
  ports.hidden = true;
  turned();
  await answer();
  await vi.advanceTimersByTimeAsync(10 * LOOK_MS);
  expect([shown, lines, answers]).toEqual([[], [], []]);
  ports.hidden = false;
  turned();
  await answer();
  expect([shown, lines.length]).toEqual([[1], 1]);
});
