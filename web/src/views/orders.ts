// The orders of a list of classes. Accuracy changes its direction when it is pressed again.
import { h, mark, write } from "../dom";
import type { Sort } from "../state";

const ORDERS = { similar: "Similar", name: "Name", index: "Index", accuracy: "Accuracy" } as const;
type Order = keyof typeof ORDERS;

export interface ShownOrders {
  readonly sort: Sort;
  readonly hasAccuracy: boolean; // of any class
}

export function ordersView(host: HTMLElement, choose: (sort: Sort) => void) {
  let shown: ShownOrders = { sort: "similar", hasAccuracy: false };
  const press = (order: Order) => choose(order === "accuracy" && shown.sort === "accuracy" ? "accuracy-up" : order);
  const buttons = (Object.entries(ORDERS) as [Order, string][]).map(([order, name]) => {
    return { order, button: h("button", { class: "button small", onclick: () => press(order) }, name) };
  });
  host.append(...buttons.map(({ button }) => button));

  return function update(next: ShownOrders): void {
    shown = next;
    const isUp = next.sort === "accuracy-up";
    for (const { order, button } of buttons) {
      mark(button, "aria-pressed", String(next.sort === order || (isUp && order === "accuracy")));
      if (order !== "accuracy") continue;
      button.hidden = !next.hasAccuracy;
      write(button, `${ORDERS.accuracy} ${isUp ? "↑" : "↓"}`);
      button.title = isUp ? "Lowest first" : "Highest first; press again for the lowest";
    }
  };
}
