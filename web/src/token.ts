// The token that allows changes: brought by the start address, kept for this tab alone, never left in the address bar.
const PLACE = "summit-token";

type Tab = Pick<Window, "location" | "history" | "sessionStorage">;

/** The token this tab has, or null. One in the address is taken out of it, and kept. */
export function takeToken({ location, history, sessionStorage }: Tab): string | null {
  const address = new URL(location.href);
  const brought = address.searchParams.get("token");
  if (brought === null) return sessionStorage.getItem(PLACE);
  address.searchParams.delete("token");
  history.replaceState(history.state, "", address);
  keepToken(sessionStorage, brought);
  return brought;
}

export function keepToken(storage: Storage, token: string): void {
  storage.setItem(PLACE, token);
}
