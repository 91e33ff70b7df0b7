// The left of Explore: the small map, the layer, and the list of classes.
import type { Context } from "../context";
import { h, redraw } from "../dom";
import { pinToId } from "../layout/relate";
import type { State } from "../state";
import { minimapView } from "../views/minimap";
import { classPanel } from "./classPanel";
import { absence, faultLine } from "../views/status";
import type { SmallMap, SmallMarks } from "./smallMap";
import { createUsers } from "./users";

export function explorePanel(host: HTMLElement, context: Context) {
  const { store, model } = context;
  const above = h("div", { class: "above" });
  const picker = h("div", {});
  const fault = faultLine("second", () => users.retry());
  host.append(h("section", { class: "map" }, above, picker, fault.element));
  const updatePicker = minimapView(picker, (layer) => store.set({ layer }));
  const users = createUsers(context, () => (fault.say(users.failure()), mark({ users: users.get() })));
  let marks: SmallMarks = { chosen: null, layer: null, pointed: null, seen: new Set(), users: null };
  let map: SmallMap | null = null; // when it is here
  let isAsked = false;

  const panel = classPanel(host, context, {
    target: (index) => ({ room: "explore", class: index, pin: null }),
    first: (index) => store.set({ class: index }, "replace"),
    seen: (classes) => mark({ seen: new Set(classes) }),
    point: (pointed) => mark({ pointed }),
  });

  function mark(change: Partial<SmallMarks>): void {
    marks = { ...marks, ...change };
    if ("users" in change || "pointed" in change) panel.mark({ users: marks.users, pointed: marks.pointed });
    map?.mark(marks);
  }

  /** After the graph, which must not wait for it. A map that was not there is looked for again. */
  function loadMap(): void {
    if (isAsked) return map?.look();
    isAsked = true;
    import("./smallMap").then(({ smallMap }) => smallMap(above, picker, context)).then(
      (found) => {
        map = found;
        map.mark(marks);
      },
      (error: Error) => {
        isAsked = false;
        redraw(above, () => above.replaceChildren(absence(error, loadMap)));
      },
    );
  }

  return {
    update(state: State): void {
      users.want(state.pin === null ? null : pinToId(model.id, state.pin));
      fault.say(users.failure());
      updatePicker(model.layers, state.layer);
      mark({ chosen: state.class, layer: state.layer });
      panel.update(state, state.layer);
    },
    loadMap,
    renew(): void {
      panel.renew();
      users.renew();
    },
  };
}
