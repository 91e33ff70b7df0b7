// The token that allows changes: brought by the start address, kept for this tab alone, never left in the address bar.
import { storageOf } from "./storage";

const PLACE = "summit-token";

type Tab = Pick<Window, "location" | "history" | "sessionStorage">;

/** The token this tab has, or null. One in the address is taken out of it, and kept. */
export function takeToken(tab: Tab): string | null {
  const { location, history } = tab;
  const storage = storageOf(() => tab.sessionStorage);
  const address = new URL(location.href);
  const brought = address.searchParams.get("token");
  if (brought === null) return storage?.getItem(PLACE) ?? null;
  address.searchParams.delete("token");
  history.replaceState(history.state, "", address);
  keepToken(storage, brought);
  return brought;
}

export function keepToken(storage: Storage | null, token: string): void {
  storage?.setItem(PLACE, token);
}
