import { expect, test, vi } from "vitest";
import { asking } from "./asked";

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("the same is asked once, and an older answer that comes late is dropped", async () => {
  const changed = vi.fn();
  const asked = asking<string>(changed);
  let late: (value: string) => void = () => undefined;
  asked.want("first", () => new Promise((resolve) => (late = resolve)));
  const second = vi.fn(() => Promise.resolve("second's"));
  asked.want("second", second);
  asked.want("second", second);
  expect(asked.get()).toBe(null);
  await settled();
  late("first's");
  await settled();
  expect([asked.get(), second.mock.calls.length, changed.mock.calls.length]).toEqual(["second's", 1, 1]);
});

test("what failed is not asked again by every drawing, but by retry, and by who comes back", async () => {
  const asked = asking<number>(() => undefined);
  const ask = vi.fn().mockRejectedValueOnce(new Error("busy")).mockRejectedValueOnce(new Error("busy")).mockResolvedValue(7);
  asked.want("a", ask);
  await settled();
  expect(asked.get()).toEqual(new Error("busy"));
  asked.want("a", ask);
  expect(ask).toHaveBeenCalledTimes(1);
  asked.retry();
  expect(asked.get()).toBe(null);
  await settled();
  expect(asked.get()).toEqual(new Error("busy"));
  asked.leave();
  asked.want("a", ask);
  await settled();
  expect([asked.get(), ask.mock.calls.length]).toEqual([7, 3]);
  asked.leave();
  asked.want("a", ask);
  expect([asked.get(), ask.mock.calls.length]).toEqual([7, 3]);
});
