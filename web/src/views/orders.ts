// The orders of a list of classes. Those by a measured value change their direction when pressed again.
import { h, mark, write } from "../dom";
import type { Sort } from "../state";

const ORDERS = { similar: "Similar", name: "Name", index: "Index", accuracy: "Accuracy", drop: "Faithfulness" } as const;
type Order = keyof typeof ORDERS;

/** Whether any class has it. */
export type Measured = Readonly<Record<"accuracy" | "drop", boolean>>;
const ABOUT = { accuracy: "", drop: "What a class loses without its graph's channels, measured by summit check. " };
const isMeasured = (order: Order): order is keyof Measured => order in ABOUT;

export function ordersView(host: HTMLElement, choose: (sort: Sort) => void) {
  let shown: Sort = "similar";
  const press = (order: Order) => choose(isMeasured(order) && shown === order ? `${order}-up` : order);
  const buttons = (Object.entries(ORDERS) as [Order, string][]).map(([order, name]) => {
    return { order, button: h("button", { class: "button small", onclick: () => press(order) }, name) };
  });
  host.append(...buttons.map(({ button }) => button));

  return function update(sort: Sort, has: Measured): void {
    shown = sort;
    for (const { order, button } of buttons) {
      const isUp = sort === `${order}-up`;
      mark(button, "aria-pressed", String(sort === order || isUp));
      if (!isMeasured(order)) continue;
      button.hidden = !has[order];
      write(button, `${ORDERS[order]} ${isUp ? "↑" : "↓"}`);
      button.title = `${ABOUT[order]}${isUp ? "Lowest first" : "Highest first; press again for the lowest"}`;
    }
  };
}
