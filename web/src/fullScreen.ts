// The whole screen for the page; what had the focus before gets it back afterwards.

/** null where the browser has none, as on some phones.  changed  whether it is so now */
export function fullScreen(page: Document, changed: (isFull: boolean) => void): (() => void) | null {
  if (!page.fullscreenEnabled) return null;
  let held: Element | null = null;
  page.addEventListener("fullscreenchange", () => {
    const isFull = page.fullscreenElement !== null;
    changed(isFull);
    if (!isFull && held instanceof HTMLElement && page.activeElement === page.body) held.focus();
  });
  return () => {
    if (page.fullscreenElement) return void page.exitFullscreen();
    held = page.activeElement; // which may be hidden meanwhile
    page.documentElement.requestFullscreen().catch(() => undefined); // the browser says itself why it refuses
  };
}
