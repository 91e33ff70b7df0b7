import { expect, test } from "vitest";
import { createConnection } from "./connection";

test("all who wait share one series of tries, and go on when the service answers", async () => {
  const said: boolean[] = [];
  let pings = 0;
  const connection = createConnection(async () => ++pings === 2, (isAway) => said.push(isAway));
  const [first, second] = [connection.back(), connection.back()];
  expect(first).toBe(second);
  while (pings < 2) {
    connection.hurry();
    await Promise.resolve();
  }
  await first;
  expect([said, pings]).toEqual([[true, false], 2]);
});
