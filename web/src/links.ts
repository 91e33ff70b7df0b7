// Everything that can be gone to is a real link: it can be copied, opened in a tab, and reached by keyboard.
import { h } from "./dom";
import { type Change, print, type State, type Store } from "./state";

export interface Links {
  /** The address of the page with that change. */
  href(change: Change): string;
  /** Makes a link lead elsewhere. */
  turn(link: HTMLAnchorElement, change: Change): void;
  /** A link there. */
  to(change: Change, attributes: Readonly<Record<string, string | null>>, ...content: (Node | string | null)[]): HTMLAnchorElement;
}

/** The API's address of a picture as the page reaches it: below the page's own address, whatever prefix a proxy gives that. */
export const served = (address: string): string => `.${address}`;

const changes = new WeakMap<Element, Change>();

export function createLinks(store: Store): Links {
  const href = (change: Change): string => {
    const state: State = { ...store.get(), ...change };
    return print(state) || ".";
  };
  function turn(link: HTMLAnchorElement, change: Change): void {
    link.setAttribute("href", href(change));
    changes.set(link, change);
  }

  return {
    href,
    turn,
    to(change, attributes, ...content) {
      const link = h("a", attributes, ...content);
      turn(link, change);
      return link;
    },
  };
}

/** A plain click on one of our links changes the state instead of loading the page again. */
export function followLinks(page: Document, store: Store): void {
  page.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const change = link && changes.get(link);
    if (!change || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    store.set(change);
  });
}
