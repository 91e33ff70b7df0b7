// The keyboard's focus over a change of rooms: it goes into the room that is entered, to where it was there before.

export function roomFocus() {
  const left = new WeakMap<HTMLElement, HTMLElement | SVGElement>();

  /** Call before `former` is hidden; answers what is to be called when `next` is shown. */
  return function change(former: HTMLElement | null, next: HTMLElement): () => void {
    const held = document.activeElement;
    const isLost = former !== null && former !== next && former.contains(held);
    if (isLost && (held instanceof HTMLElement || held instanceof SVGElement)) left.set(former, held);
    return () => {
      if (!isLost) return;
      const before = left.get(next);
      (before?.isConnected ? before : next).focus();
    };
  };
}
