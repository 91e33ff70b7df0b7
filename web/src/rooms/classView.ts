// A class's graph as Explore asks for it.
import type { Api, ViewQuestion } from "../api";
import type { ClassView } from "../types";

/** The class as it is stored, and as it is drawn. Where its PageRank is not kept, no cut is possible: then both are one. */
export async function askView(api: Api, question: ViewQuestion, signal: AbortSignal): Promise<[ClassView, ClassView]> {
  const { cut } = question;
  const found = await api.view(question, signal).catch(async (error: unknown) => {
    const item = cut === null || signal.aborted ? null : await api.view({ ...question, cut: null }, signal);
    if (!item || item.live) throw error;
    return item;
  });
  return [found, found.cut && found.live ? { ...found, attributionGraph: found.cut } : found];
}
