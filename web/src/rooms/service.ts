// A room that a published copy does not have: what it needs, in its own place.
import type { MakeRoom } from "../context";
import { h } from "../dom";
import { needsService } from "../site/facts";
import { statusView } from "../views/status";

/** what  the subject of the sentence, with its verb: "A query needs" */
export const serviceRoom =
  (title: string, what: string): MakeRoom =>
  (host, { links, name }) => {
    const stage = h("div", { class: "stage" });
    host.append(h("section", { class: "middle" }, h("div", { class: "bar" }, h("div", { class: "title" }, h("h1", {}, title))), stage));
    const status = statusView(stage);
    return {
      update() {
        name(title);
        status.empty(needsService(what), links.to({ room: "explore", pin: null }, { class: "button" }, "Explore"), links.to({ room: "map", pin: null }, { class: "button" }, "Map"));
      },
    };
  };
