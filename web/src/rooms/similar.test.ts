import { expect, test, vi } from "vitest";
import type { Context } from "../context";
import type { SimilarClass } from "../types";

vi.stubGlobal("window", { matchMedia: () => ({ matches: false }) });
const { createSimilar } = await import("./similar");

const like = (index: number): SimilarClass[] => [{ imageClass: { index, name: `class ${index}` }, similarity: 0.5 }];

function waiting() {
  const asked: { readonly of: string; tell(found: SimilarClass[]): void; fail(): void }[] = [];
  const similarTo = (_model: string, index: number, layer: string | null) =>
    new Promise<SimilarClass[]>((tell, refuse) => asked.push({ of: `${index} at ${layer}`, tell, fail: () => refuse(new Error("no")) }));
  let told = 0;
  const similar = createSimilar({ api: { similar: similarTo }, model: { id: "m" } } as unknown as Context, () => void told++);
  return { asked, similar, told: () => told };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

test("an answer about one class does not take the place of what came with the next", async () => {
  const { asked, similar, told } = waiting();
  similar.bring({ classes: like(1), layer: null });
  similar.want(0, "low");
  expect(similar.get()).toEqual({ classes: like(1), layer: null }); // the heading still names the layer of these
  similar.bring({ classes: like(9), layer: "low" });
  asked[0]!.tell(like(2));
  await settled();
  expect(similar.get()).toEqual({ classes: like(9), layer: "low" });
  expect(told()).toBe(0);
});

test("a class that was asked for at another layer is asked about again, and so is a layer that failed", async () => {
  const { asked, similar, told } = waiting();
  similar.bring({ classes: like(1), layer: null });
  similar.want(7, "low");
  asked[0]!.fail();
  await settled();
  expect(similar.get()).toEqual({ classes: like(1), layer: null });
  similar.want(7, "low");
  asked[1]!.tell(like(3));
  await settled();
  expect([similar.get(), told()]).toEqual([{ classes: like(3), layer: "low" }, 1]);
  similar.want(7, null);
  similar.want(7, "low"); // before the answer
  asked[2]!.tell(like(4));
  await settled();
  expect(similar.get()).toEqual({ classes: like(3), layer: "low" });
  expect(asked.map(({ of }) => of)).toEqual(["7 at low", "7 at low", "7 at null"]);
});
