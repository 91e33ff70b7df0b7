// The classes of a question, page by page as they are needed: a short page first, so that the list is there at once.
import type { Api, ClassesQuestion } from "../api";
import { MOST } from "../api";
import { latest } from "../dom";
import type { ListedClass } from "../types";

export interface Listing {
  readonly classes: readonly ListedClass[];
  readonly total: number;
}

export type ListingQuestion = Omit<ClassesQuestion, "first" | "after">;

const FIRST = 60;

/**
 * arrived  called with all classes so far, whenever there are more of them
 * failed   isFurther: those so far stand; a retry begins at the first, since a page goes with its list alone
 */
export function createListing(api: Api, arrived: (listing: Listing) => void, failed: (error: Error, retry: () => void, isFurther: boolean) => void) {
  const answer = latest();
  let asked = "";
  let question: ListingQuestion | null = null;
  let classes: readonly ListedClass[] = [];
  let after: string | null = null; // null: no page is left
  let isLoading = false;

  function load(first: number, from: string | null): void {
    if (!question) return;
    isLoading = true;
    answer(
      api.classes({ ...question, first, after: from }),
      (page) => {
        isLoading = false;
        classes = from === null ? page.nodes : [...classes, ...page.nodes];
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
        arrived({ classes, total: page.totalCount });
      },
      (error) => {
        isLoading = false;
        failed(error, () => load(first, null), from !== null);
      },
    );
  }

  return {
    /** Asks, where it is another question than before; whether it is. */
    ask(next: ListingQuestion): boolean {
      const key = JSON.stringify(next);
      if (key === asked) return false;
      const first = classes.length > FIRST ? MOST : FIRST; // who looked far down looks there again
      [asked, question, classes, after] = [key, next, [], null];
      load(first, null);
      return true;
    },
    /** Goes on until that many classes are here. */
    need(count: number): void {
      if (!isLoading && after !== null && count > classes.length) load(MOST, after);
    },
    /** What is known is out of date. */
    forget: () => void (asked = ""),
  };
}
