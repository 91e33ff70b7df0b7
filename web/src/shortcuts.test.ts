import { expect, test, vi } from "vitest";
import { shortcuts } from "./shortcuts";

vi.stubGlobal("HTMLElement", class {}); // the keys go to the page itself

test("behind an open dialog the keys change nothing, but for the one that closes the help", () => {
  let dialog: object | null = null;
  const page = Object.assign(new EventTarget(), { querySelector: () => dialog });
  const done: string[] = [];
  const note = (what: string) => () => void done.push(what);
  shortcuts(page as unknown as Document, {
    search: note("search"), help: note("help"), fit: note("fit"), zoom: note("zoom"), trace: note("trace"), table: note("table"), release: note("release"), go: note("go"), undo: note("undo"), redo: note("redo"), full: note("full"),
  });
  const press = (keys: string) => {
    for (const key of keys) page.dispatchEvent(Object.assign(new Event("keydown"), { key }));
  };
  press("dt0gq");
  expect(done).toEqual(["table", "trace", "fit", "go"]);
  const control = (key: string, shiftKey: boolean) => page.dispatchEvent(Object.assign(new Event("keydown"), { key, shiftKey, ctrlKey: true }));
  control("z", false);
  control("Z", true);
  press("f");
  expect(done.splice(4)).toEqual(["undo", "redo", "full"]);
  dialog = {};
  control("z", false);
  press("dt0gq/?");
  expect(done.slice(4)).toEqual(["help"]);
});
