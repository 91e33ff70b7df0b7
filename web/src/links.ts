// Everything that can be gone to is a real link: it can be copied, opened in a tab, and reached by keyboard.
import { h, mark } from "./dom";
import { type Change, changed, print, type Store } from "./state";

export interface Links {
  /** The address of the page with that change. */
  href(change: Change): string;
  /** Makes a link lead elsewhere. */
  turn(link: Element, change: Change): void;
  /** A link there. */
  to(change: Change, attributes: Readonly<Record<string, string | null>>, ...content: (Node | string | null)[]): HTMLAnchorElement;
}

/** The API's address of a picture as the page reaches it: below the page's own address, whatever prefix a proxy gives that. */
export const served = (address: string): string => `.${address}`;

const changes = new WeakMap<Element, Change>();

export function createLinks(store: Store): Links {
  const href = (change: Change): string => hrefOf(store, change);
  function turn(link: Element, change: Change): void {
    mark(link, "href", href(change));
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

function hrefOf(store: Store, change: Change): string {
  return print(changed(store.get(), change)) || ".";
}

/** A plain click on one of our links changes the state instead of loading the page again.
 *
 * Links stay while the rest of the state changes: their address is renewed when the pointer or the focus comes to them.
 */
export function followLinks(page: Document, store: Store): void {
  const linkOf = ({ target }: Event) => (target instanceof Element ? target.closest("a") : null);
  const renew = (event: Event): void => {
    const link = linkOf(event);
    const change = link && changes.get(link);
    if (change) mark(link, "href", hrefOf(store, change));
  };
  for (const kind of ["pointerover", "pointerdown", "focusin", "keydown"]) page.addEventListener(kind, renew);
  page.addEventListener("click", (event) => {
    const link = linkOf(event);
    const change = link && changes.get(link);
    if (!change || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    store.set(change);
  });
}
