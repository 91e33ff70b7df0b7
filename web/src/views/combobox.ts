// A search field with a list of findings below it: type, walk with the arrows, choose with Enter.
import { debounce, h, latest, mark } from "../dom";
import { TYPING } from "../shortcuts";

export interface Finding {
  readonly section: string; // "Classes"
  readonly title: string;
  readonly note: string;
  choose(): void;
}

export interface ComboboxOptions {
  readonly label: string;
  readonly placeholder: string;
  readonly hint?: string; // a key that leads here
  leave?(): void; // somebody is done with it, by Escape or a choice; without it the focus goes back to where it was, but after a choice into no text field
  find(text: string): Promise<readonly Finding[]>;
}

let count = 0;

export function comboboxView(host: HTMLElement, options: ComboboxOptions) {
  const id = `findings-${++count}`;
  const input = h("input", {
    type: "text",
    role: "combobox",
    placeholder: options.placeholder,
    "aria-label": options.label,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": id,
    autocomplete: "off",
    spellcheck: "false",
  });
  const told = h("span", { class: "unseen", role: "status" });
  const list = h("div", { class: "findings", id, role: "listbox", "aria-label": options.label, hidden: true });
  const hint = options.hint ? h("kbd", { "aria-hidden": "true" }, options.hint) : null;
  host.append(h("div", { class: "combobox" }, input, hint, list, told));

  let findings: readonly Finding[] = [];
  let active = -1;
  let drawnFor = ""; // the text the findings belong to
  let entered = ""; // the text after which Enter was pressed: its first finding is waited for
  let isWanted = false; // somebody types here and waits for findings
  let former: HTMLElement | null = null; // had the focus before
  const answer = latest();

  function leave(isChosen = false): void {
    input.blur();
    if (options.leave) return options.leave();
    if (!isChosen || !former?.matches(TYPING)) former?.focus({ preventScroll: isChosen }); // else keys would be typed there
  }

  function show(open: boolean): void {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
  }

  function activate(next: number): void {
    active = findings.length ? (next + findings.length) % findings.length : -1;
    list.querySelectorAll("[role=option]").forEach((option, k) => {
      option.setAttribute("aria-selected", String(k === active));
      if (k === active) option.scrollIntoView({ block: "nearest" });
    });
    mark(input, "aria-activedescendant", active < 0 ? null : `${id}-${active}`);
  }

  function choose(finding: Finding | undefined): void {
    if (!finding) return;
    input.value = "";
    unwant();
    leave(true);
    finding.choose();
  }

  function draw(found: readonly Finding[], text: string): void {
    [findings, drawnFor] = [found, text];
    const sections = [...new Set(found.map((finding) => finding.section))];
    list.replaceChildren(
      ...sections.flatMap((section) => [
        h("div", { class: "label", role: "presentation" }, section),
        ...found.flatMap((finding, k) => (finding.section === section ? [drawFinding(finding, k)] : [])),
      ]),
    );
    if (!found.length) list.append(h("p", { class: "none" }, "Nothing found."));
    told.textContent = found.length ? `${found.length} found` : "Nothing found.";
    show(isWanted);
    activate(found.length ? 0 : -1);
  }

  function drawFinding(finding: Finding, k: number): HTMLElement {
    const option = h("div", { class: "finding", role: "option", id: `${id}-${k}`, "aria-selected": "false" });
    option.append(h("span", {}, finding.title), h("span", { class: "second" }, finding.note));
    option.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the focus in the field
    option.addEventListener("click", () => choose(finding));
    option.addEventListener("pointermove", () => k !== active && activate(k));
    return option;
  }

  function failed(error: Error): void {
    [findings, entered] = [[], ""];
    list.replaceChildren(h("p", { class: "none" }, error.message));
    told.textContent = error.message;
    show(isWanted);
    activate(-1);
  }

  const look = debounce(120, () => {
    const text = input.value.trim();
    if (!text || !isWanted || text === entered) return;
    entered = "";
    answer(options.find(text), (found) => draw(found, text), failed);
  });
  function want(): void {
    isWanted = input.value.trim() !== "";
    if (isWanted) look();
    else unwant();
  }
  function unwant(): void {
    isWanted = false;
    entered = "";
    answer.forget();
    show(false);
  }
  input.addEventListener("input", want);
  input.addEventListener("focus", ({ relatedTarget }) => {
    former = relatedTarget as HTMLElement | null;
    want();
  });
  input.addEventListener("blur", unwant);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") activate(active + 1);
    else if (event.key === "ArrowUp") activate(active - 1);
    else if (event.key === "Enter") void enter();
    else if (event.key === "Escape") {
      event.stopPropagation();
      if (list.hidden) leave();
      unwant();
      return;
    } else return;
    event.preventDefault();
  });

  // Enter right after typing must not choose from the findings of half a word.
  async function enter(): Promise<void> {
    if (!list.hidden && active >= 0 && drawnFor === input.value.trim()) return choose(findings[active]);
    const text = input.value.trim();
    if (!text) return;
    entered = text;
    answer(options.find(text), (found) => (draw(found, text), choose(found[0])), failed);
  }
  return { focus: () => input.focus(), input };
}
