import { expect, test } from "vitest";
import { nameBelow, shortener } from "./names";

const shortened = (...names: string[]) => names.map(shortener(names.map((name) => ({ name }))));

test("what all layers' names begin with is left out, but no number is cut", () => {
  expect(shortened("mixed3a", "mixed4d", "mixed5b")).toEqual(["3a", "4d", "5b"]);
  expect(shortened("layer1.0", "layer1.1", "layer2.0")).toEqual(["1.0", "1.1", "2.0"]);
  expect(shortened("block10", "block11")).toEqual(["10", "11"]);
});

test("names without a common beginning stay whole", () => {
  expect(shortened("conv1", "mixed5b")).toEqual(["conv1", "mixed5b"]);
  expect(shortened("only")).toEqual(["only"]);
});

test("a channel's name fits between its neighbours, and no letter of it is cut in two", () => {
  const [here, beside] = [{ x: 50, y: 10 }, { x: 83, y: 10 }];
  expect(nameBelow("bear faces", here, [here, { x: 55, y: 20 }])).toBe("bear fac…");
  expect(nameBelow("bear faces", here, [here, beside])).toBe("bear…");
  expect(nameBelow("🐻🐻🐻🐻🐻🐻", here, [here, beside])).toBe("🐻🐻🐻🐻…");
  expect(nameBelow("ears", here, [here, beside])).toBe("ears");
  expect(nameBelow(null, here, [here])).toBeNull();
});
