// Whether somebody is here for the first time, at the start page: who follows a link sees what it names, and is not interrupted.

const PLACE = "summit-tour";

/** Once for a browser; never where it keeps nothing, for it could not be told again.  search  the query of the address that was opened */
export function isFirstVisit(search: string, storage: Storage | null): boolean {
  const query = new URLSearchParams(search);
  query.delete("token"); // the start address that the service prints
  if (!storage || query.size || storage.getItem(PLACE) !== null) return false;
  try {
    storage.setItem(PLACE, "shown");
    return true;
  } catch {
    return false; // a full storage
  }
}
