// A question as the room shows it: its words, its fields, and how it is asked.
import type { Values } from "../../parameters";
import type { Table } from "../../types";
import type { Called } from "./sentence";

export interface Asked {
  readonly values: Values;
  readonly table: Promise<Table>;
}

export interface Form {
  readonly title: string; // of the window
  readonly head: readonly Node[];
  readonly fields: readonly Node[];
  readonly actions: readonly Node[]; // before the button that runs it
  readonly below: readonly Node[];
  /** Asks with what stands in the fields; throws a sentence where a field cannot be read. */
  ask(): Asked;
  /** The model's classes and groups have come; what stands in the fields stays. */
  know?(called: Called): void;
  /** The answer as it is told. */
  tell(table: Table, values: Values): Pick<Table, "columns" | "rows">;
}
