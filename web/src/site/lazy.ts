// A published copy's source of answers, whose code no service's page loads.
import { ApiError, type Source } from "../service";

/** facts  address of the copy's site.json */
export function lazySource(facts: string): Source {
  const made = import("./source").then(({ createSource }) => createSource(facts));
  const failed = () => {
    throw new ApiError("A part of the page could not be loaded. Reload the page.", "BAD_ANSWER");
  };
  return async (...question) => (await made.catch(failed))(...question);
}
