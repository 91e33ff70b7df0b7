// Loading, empty and error states of one part of the page, over what it showed before.
import { ApiError } from "../api";
import { h, redraw } from "../dom";
import { remember } from "../remember";
import { must } from "../must";

export interface Status {
  /** Work is under way; words appear only where it takes long. */
  loading(words?: string): void;
  /** All is well. */
  clear(): void;
  /** Nothing to show, and why. */
  empty(message: string, ...ways: Node[]): void;
  /** What the service said, with a way to ask again. */
  failed(error: Error, retry: () => void, ...ways: Node[]): void;
}

const HEADED = ":is(.room:not([hidden]), main > header) h1"; // what is shown has a heading of the first level

export function statusView(host: HTMLElement): Status {
  const bar = h("div", { class: "loading", role: "progressbar", "aria-label": "Loading", hidden: true });
  const note = h("div", { class: "notice", role: "status", "aria-live": "polite", hidden: true });
  host.append(bar, note);

  function show(part: "bar" | "note" | null, ...content: (Node | string)[]): void {
    if (part === null && bar.hidden && note.hidden) return;
    bar.hidden = part !== "bar";
    note.hidden = part !== "note";
    note.replaceChildren(...content);
  }

  return {
    loading(words) {
      show("bar");
      if (!words) return;
      note.hidden = false;
      note.append(h("p", { class: "patience" }, words));
    },
    clear: () => show(null),
    empty: (message, ...ways) => show("note", h("p", {}, message), h("p", { class: "ways" }, ...ways)),
    failed(error, retry, ...ways) {
      const code = error instanceof ApiError ? error.code : "PAGE_ERROR";
      const again = h("button", { class: "button", onclick: retry }, "Retry");
      const title = h(document.querySelector(HEADED) ? "h2" : "h1", {}, TITLES[code] ?? "That did not work");
      const message = h("p", { class: "message" }, error.message);
      show("note", title, message, h("p", { class: "ways" }, again, ...ways));
      note.dataset["code"] = code;
    },
  };
}

/** An error within what is shown, with a way to ask again. */
export const failedWords = (error: Error, retry: () => void): [string, string, HTMLElement] => [error.message, " ", h("button", { class: "button small", onclick: retry }, "Retry")];

/** What stands in the place of something that is on its way, or that could not be had. */
export const absence = (why: Error | null | undefined, retry: () => void): HTMLElement => h("p", { class: "second", role: "status" }, ...(why ? failedWords(why, retry) : ["Loading…"]));

/** Such an error as a paragraph, which is hidden without one. */
export function faultLine(kind: string, retry: () => void) {
  const element = h("p", { class: kind, role: "status", hidden: true });
  const say = remember((error: Error | null): void => {
    element.hidden = !error;
    redraw(must(element.parentElement), () => element.replaceChildren(...(error ? failedWords(error, retry) : [])));
  });
  return { element, say };
}

const TITLES: Readonly<Record<string, string>> = {
  NOT_FOUND: "Nothing there",
  NO_ANSWER: "The service does not answer",
  STORE_UNREACHABLE: "The database does not answer",
  NEEDS_SERVICE: "A service is needed",
  FORBIDDEN: "That is not allowed",
  BAD_DATA: "The data are not what they should be",
  BAD_REQUEST: "The service cannot take that",
  BAD_QUERY: "The query cannot run like that",
  STATEMENT_REFUSED: "The statement is refused",
  INTERNAL: "The service made a mistake",
  STORE_BUSY: "The database is busy",
  STORE_REFUSED: "The database refuses the service",
  STORE_ERROR: "The database cannot do that",
  BAD_ANSWER: "The answer makes no sense",
};
