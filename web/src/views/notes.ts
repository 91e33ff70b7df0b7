// Where somebody names a channel, writes a note, and saves views of the page to come back to; loaded when first opened.
import { hasCode } from "../api";
import { h, redraw } from "../dom";
import { saveText } from "../export";
import { plural } from "../format";
import type { Links } from "../links";
import type { Names } from "../names";
import { LONGEST_NAME, LONGEST_NOTE, type Note, wordsOf } from "../notes";
import { siteAt } from "../site/facts";
import { parse } from "../state";
import { tokenForm } from "./tokenForm";
import { must } from "../must";

type Target = Pick<Note, "kind" | "target">;

const button = (words: string, act: () => void): HTMLElement => h("button", { type: "button", class: "button small", onclick: act }, words);

/** Where a dialog says what it did, and what is refused or fails. */
function saying(names: Names) {
  const element = h("div", { class: "second", role: "status" });
  const say = (...words: (Node | string)[]): void => element.replaceChildren(...words);
  let isBusy = false;
  /**
   * One at a time.
   * done  it went well
   * here  the same in this browser alone, where the service refuses it
   */
  function attempt(work: () => Promise<unknown>, done: () => void, here?: () => Promise<unknown>): void {
    if (isBusy) return;
    isBusy = true;
    const again = () => attempt(work, done, here);
    const failed = (error: Error) => {
      say(error.message);
      if (!hasCode(error, "FORBIDDEN")) return;
      element.append(tokenForm(names.carry, again));
      if (here) element.append(button("Keep in this browser", () => attempt(here, done)));
    };
    void work().finally(() => (isBusy = false)).then(done, failed);
  }
  /** Says that a note was removed, with the way back. */
  function removed(note: Note, back: () => void): void {
    const undo = button("Undo", () => attempt(() => names.keep(note, null, note.revision === undefined), () => (say("It is back."), back())));
    say("Removed. ", undo);
    undo.focus(); // what was pressed is gone, and the same of another entry may have got the focus
  }
  return { element, say, attempt, removed };
}

type Saying = ReturnType<typeof saying>;

/**
 * A click beside it closes it, and Esc, but not while something that was written is not kept.
 * ways    what to do with what is not kept
 * closing is aborted when it has gone
 */
function open(dialog: HTMLDialogElement, isUnsaved: () => boolean, ways: string, { element }: Saying, closing: AbortController): void {
  let isBeside = false;
  const beside = ({ target, clientX, clientY }: MouseEvent): boolean => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    return target === dialog && !(clientX >= left && clientX <= right && clientY >= top && clientY <= bottom);
  };
  const warning = h("p", {}, `Not saved yet. ${ways}`);
  const mayClose = (): boolean => !isUnsaved() || (element.append(warning), false);
  const stay = (event: Event): void => void (mayClose() || event.preventDefault());
  dialog.addEventListener("pointerdown", (event) => (isBeside = beside(event)));
  dialog.addEventListener("click", (event) => isBeside && beside(event) && mayClose() && dialog.close());
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && stay(event));
  dialog.addEventListener("cancel", (event) => event.target === dialog && stay(event)); // not that of a choice of files
  dialog.addEventListener("close", () => {
    dialog.remove();
    closing.abort();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** title  of the dialog; it goes when it is closed */
export function openNote(about: Target, names: Names, title: string): void {
  const { kind, target } = about;
  let kept: Note | null = null;
  let hidden: Note | null = null;
  let filled = { name: "", note: "" }; // what the fields were given
  const isClass = kind === "CLASS";
  const suggested = kind === "CHANNEL" ? (names.suggested(`${names.model}/${target}`)?.name ?? "bear face") : "";
  const name = h("input", { type: "text", name: "name", maxlength: LONGEST_NAME, "aria-label": kind === "VIEW" ? "Name of the view" : "Name of the channel", placeholder: suggested, autocomplete: "off", required: kind === "VIEW", hidden: isClass });
  const note = h("textarea", { name: "note", rows: 4, maxlength: LONGEST_NOTE, "aria-label": "Note", placeholder: "A note, if you like" });
  const theirs = h("p", { class: "second" });
  const said = saying(names);
  const closing = new AbortController();
  const remove = button("Remove", drop);
  const form = h("form", { method: "dialog" }, name, note, theirs, h("div", { class: "actions" }, h("button", { type: "submit", class: "button small" }, "Keep"), remove, button("Cancel", () => dialog.close())));
  const dialog = h("dialog", { class: "help naming", "aria-label": title }, h("h2", {}, title), form, said.element, ...files(names, said, closing.signal, show));

  function look(): void {
    [kept, hidden] = [names.get(kind, target), names.hidden(kind, target)];
    theirs.textContent = hidden && `This is what this browser keeps. The database has ${wordsOf(hidden)}.${names.isShared() ? " Keep replaces that; Remove leaves it." : ""}`;
    remove.hidden = kept === null || kind === "VIEW" || (kept.revision !== undefined && !names.isShared());
  }

  /** What somebody is typing stays. */
  function show(): void {
    look();
    const now = { name: kept?.name ?? "", note: kept?.note ?? "" };
    if (name.value === filled.name) name.value = now.name;
    if (note.value === filled.note) note.value = now.note;
    filled = now;
  }

  function drop(): void {
    const former = kept;
    if (former) said.attempt(() => names.remove(former).finally(look), () => (show(), said.removed(former, show)));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    let sent = filled;
    const work = (base: Note | null, here: boolean) => async () => {
      sent = { name: name.value, note: note.value }; // as they are by now
      const picture = kind === "VIEW" ? ((await names.pictures()).get(target) ?? null) : null;
      await names.keep({ ...kept, ...about, ...sent, picture }, base, here).finally(look);
    };
    const done = () => {
      filled = sent;
      isUnsaved() ? said.say("Saved, but not what you wrote since.") : dialog.close();
    };
    said.attempt(work(names.isShared() ? (hidden ?? kept) : kept, !names.isShared()), done, work(kept, true));
  });
  show();
  const isUnsaved = () => name.value !== filled.name || note.value !== filled.note;
  open(dialog, isUnsaved, "Press Keep or Cancel.", said, closing);
  closing.signal.addEventListener("abort", () => openerOf(about)?.focus()); // what opened it was drawn again
  (isClass ? note : name).select();
}

/** The button that opened it, where there is one. */
const openerOf = ({ kind, target }: Target): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLElement>("[data-note]")].find((item) => item.dataset["note"] === `${kind} ${target}` && item.offsetParent !== null);

/** Where all of them are kept, and how they get elsewhere. */
function files(names: Names, { say, attempt }: Saying, gone: AbortSignal, changed = (): void => undefined): Node[] {
  const file = h("input", { type: "file", accept: ".json,application/json", class: "unseen", "aria-label": "File with names and notes", tabindex: "-1" });
  const host = h("div", { class: "actions" });
  const about = h("p", { class: "second" });
  const told = (work: () => Promise<string>) => attempt(async () => say(await work()), changed);

  function draw(): void {
    const here = names.inBrowser();
    const isShared = names.isShared();
    about.textContent = isShared ? "What you write goes into the database, where everybody sees it." : `This browser keeps what you write.${siteAt(document) ? "" : " With the service's token (open the page by its start address) it goes into the database, where everybody sees it."}`;
    const bring = isShared && here > 0 ? [button(`Put ${plural(here, "entry", "entries")} of this browser into the database`, () => told(names.share))] : [];
    host.replaceChildren(...bring, button("Save to a file", () => attempt(async () => saveText(await names.print(), "application/json", `notes ${names.model}.json`), () => undefined)), button("Load a file…", () => file.click()), file);
  }

  file.addEventListener("change", () => {
    const [chosen] = must(file.files);
    if (chosen) told(async () => names.bring(await chosen.text()));
    file.value = "";
  });
  names.listen(draw, gone);
  draw();
  return [h("h2", {}, "All names, notes and views"), about, host];
}

export interface Here {
  readonly title: string;
  readonly address: string; // its query
  picture(): Promise<string | null>; // small; null: nothing is drawn
}

/** The saved views of the model, and the one that is shown. */
export function openViews(names: Names, links: Links, here: Here): void {
  const closing = new AbortController();
  const said = saying(names);
  const name = h("input", { type: "text", name: "name", maxlength: LONGEST_NAME, "aria-label": "Name of the view", autocomplete: "off", required: true });
  const form = h("form", { method: "dialog" }, name, h("button", { type: "submit", class: "button small" }, "Save this view"));
  const list = h("ul", { class: "views" });
  const dialog = h("dialog", { class: "help naming", "aria-label": "Saved views" }, h("h2", {}, "Saved views"), form, said.element, list, ...files(names, said, closing.signal), h("div", { class: "actions" }, button("Close", () => dialog.close())));
  let pictures: ReadonlyMap<string, string> = new Map();
  let filled = (name.value = here.title.slice(0, LONGEST_NAME));

  function put(): void {
    const views = names.all().filter(({ kind }) => kind === "VIEW");
    redraw(list, () => list.replaceChildren(...(views.length ? views.map((view) => row(view, pictures.get(view.target) ?? view.picture ?? null)) : [h("li", { class: "second" }, "No view is saved yet.")])));
  }

  /** The list at once, those of its pictures that the database has when they are here. */
  function draw(): void {
    put();
    const found = (all: ReadonlyMap<string, string>) => {
      pictures = all;
      put();
    };
    names.pictures().then(found, () => undefined);
  }

  function row(view: Note, picture: string | null): HTMLElement {
    const image = picture && h("img", { src: picture, alt: "", width: 96 });
    const link = links.to({ ...parse(view.address ?? ""), model: names.model }, {}, image || null, view.name ?? "");
    link.addEventListener("click", () => dialog.close());
    const isOurs = view.revision === undefined || names.isShared();
    const quiet = (word: string, act: () => void) => h("button", { type: "button", class: "quiet", "data-note": word === "Rename" ? `VIEW ${view.target}` : null, "aria-label": `${word}: ${view.name}`, onclick: act }, word);
    const drop = () => said.attempt(() => names.remove(view), () => said.removed({ ...view, picture }, () => undefined));
    const change = isOurs ? [quiet("Rename", () => openNote(view, names, `The view ${view.name}`)), quiet("Remove", drop)] : [];
    return h("li", {}, link, ...change, view.note ? h("p", { class: "written" }, view.note) : null);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const target = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
    let sent = "";
    const view = (isHere: boolean) => async () => names.keep({ kind: "VIEW", target, name: (sent = name.value), address: here.address || "?", picture: await here.picture().catch(() => null) }, null, isHere);
    said.attempt(view(!names.isShared()), () => {
      filled = sent;
      said.say("Saved.");
    }, view(true));
  });
  names.listen(draw, closing.signal);
  draw();
  open(dialog, () => name.value !== filled, "Save it, or press Close.", said, closing);
  name.select();
}
