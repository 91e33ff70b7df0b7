import { expect, test, vi } from "vitest";
import type { Context } from "../context";

vi.stubGlobal("window", { matchMedia: () => ({ matches: false }) });
const { createUsers } = await import("./users");

const settled = () => new Promise((resolve) => setTimeout(resolve));

function usersOf(...answers: number[][]) {
  const channel = async () => ({ classes: answers.shift()!.map((index) => ({ imageClass: { index } })), classCount: 7 });
  return createUsers({ api: { channel } } as unknown as Context, () => undefined);
}

test("a channel that is no longer pinned marks no classes, although graphs have changed meanwhile", async () => {
  const users = usersOf([1, 2]);
  users.want("m/low/1");
  await settled();
  expect(users.get()).toEqual(new Set([1, 2]));
  expect(users.total()).toBe(7);
  users.renew();
  users.want(null);
  expect(users.get()).toBeNull();
});

test("after graphs have changed, the pinned channel is asked about again", async () => {
  const users = usersOf([1, 2], [2]);
  users.want("m/low/1");
  await settled();
  users.want("m/low/1");
  users.renew();
  users.want("m/low/1");
  await settled();
  expect(users.get()).toEqual(new Set([2]));
});

test("a question that failed says why, and is asked again", async () => {
  const questions = [() => Promise.reject(new Error("away")), async () => ({ classes: [{ imageClass: { index: 3 } }], classCount: 1 })];
  const users = createUsers({ api: { channel: () => questions.shift()!() } } as unknown as Context, () => undefined);
  users.want("m/low/1");
  await settled();
  expect([users.get(), users.failure()?.message]).toEqual([null, "away"]);
  users.retry();
  await settled();
  expect([users.get(), users.failure()]).toEqual([new Set([3]), null]);
});
