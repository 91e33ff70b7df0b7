// The one banner above the rooms: what the page as a whole has to say. One message for each matter.
import { h } from "../dom";
import { must } from "../must";

export interface Banner {
  say(matter: string, ...content: (Node | string)[]): void;
  /** With a button that takes it away. */
  mention(matter: string, words: string): void;
  clear(matter: string): void;
}

/** The first of the matters that has something to say is shown. */
export function bannerView(host: HTMLElement, matters: readonly string[]): Banner {
  const banner = h("div", { class: "banner", role: "status", "aria-live": "polite", hidden: true });
  host.prepend(banner);
  const said = new Map<string, readonly (Node | string)[]>();

  function draw(): void {
    const matter = matters.find((item) => said.has(item));
    banner.hidden = matter === undefined;
    banner.replaceChildren(...(matter === undefined ? [] : must(said.get(matter))));
  }

  function say(matter: string, ...content: (Node | string)[]): void {
    said.set(matter, content);
    draw();
  }

  function clear(matter: string): void {
    if (said.delete(matter)) draw();
  }

  return {
    say,
    mention: (matter, words) => say(matter, words, h("button", { class: "quiet", "aria-label": "Dismiss", onclick: () => clear(matter) }, "×")),
    clear,
  };
}
