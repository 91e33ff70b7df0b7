// Rows of an answer as bars: one number each, from zero.
import { h } from "../dom";
import { figure, plural } from "../format";
import { isNumber, numbersIn, wordOf } from "../table";
import type { Table } from "../types";
import { must } from "../must";

const SHOWN = 60; // rows

/** say  an id as it is called */
export function barsView(host: HTMLElement, table: Pick<Table, "columns" | "rows">, say: (value: string) => string): void {
  const columns = numbersIn(table);
  const names = table.columns.map((_, k) => k).filter((k) => !columns.includes(k) && table.rows.every((row) => typeof row[k] === "string" || row[k] === null));
  const choice = h("select", { "aria-label": "Number shown" }, ...columns.map((k) => h("option", { value: k }, must(table.columns[k]))));
  const list = h("dl", { class: "barchart" });
  const rows = table.rows.slice(0, SHOWN);

  function draw(): void {
    const column = Number(choice.value);
    const valueOf = (row: readonly unknown[]) => (isNumber(row[column]) ? Number(row[column]) : 0);
    const numbers = rows.map(valueOf);
    const [low, high] = [Math.min(0, ...numbers), Math.max(0, ...numbers)];
    const part = (value: number) => (high > low ? (100 * value) / (high - low) : 0);
    list.style.setProperty("--zero", `${part(-low).toFixed(2)}%`);
    list.replaceChildren(...rows.flatMap((row) => {
      const value = valueOf(row);
      const at = part(Math.min(value, 0) - low);
      const bar = h("i", { class: value < 0 ? "minus" : "", style: `left: ${at.toFixed(2)}%; width: ${part(Math.abs(value)).toFixed(2)}%` });
      return [h("dt", {}, names.map((name) => say(wordOf(row[name]))).join(" → ")), h("dd", {}, h("span", { class: "barhost" }, bar), h("span", { class: "value" }, isNumber(row[column]) ? figure(row[column]) : "unknown"))];
    }));
  }

  choice.addEventListener("change", draw);
  draw();
  const note = table.rows.length > rows.length ? h("p", { class: "second" }, `The first ${SHOWN} of ${plural(table.rows.length, "row")}.`) : null;
  host.replaceChildren(h("label", { class: "barchoice second" }, "Bars show ", choice), list, ...(note ? [note] : []));
}

