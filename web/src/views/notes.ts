// Where somebody names a channel, writes a note, and saves views of the page to come back to; loaded when first opened.
import { h } from "../dom";
import { saveText } from "../export";
import { plural } from "../format";
import type { Links } from "../links";
import type { Names } from "../names";
import { LONGEST_NAME, LONGEST_NOTE, type Note } from "../notes";
import { siteAt } from "../site/facts";
import { parse } from "../state";

type Target = Pick<Note, "kind" | "target">;

const button = (words: string, act: () => void): HTMLElement => h("button", { type: "button", class: "button small", onclick: act }, words);

/** Where a dialog says what it did, and what is refused or fails. */
function saying(names: Names) {
  const element = h("p", { class: "second", role: "status" });
  const say = (...words: (Node | string)[]): void => element.replaceChildren(...words);
  /** done  it went well */
  const attempt = (work: () => Promise<unknown>, done: () => void): void => void work().then(done, (error: Error) => say(error.message));
  /** Says that a note was removed, with the way back. */
  function removed(note: Note, back: () => void): void {
    const undo = () => attempt(() => names.keep(note, null), () => (say("It is back."), back()));
    say("Removed. ", button("Undo", undo));
  }
  return { element, say, attempt, removed };
}

type Saying = ReturnType<typeof saying>;

/** closed  it has gone */
function open(dialog: HTMLDialogElement, closed: () => void): void {
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** title  of the dialog; it goes when it is closed */
export function openNote(about: Target, names: Names, title: string): void {
  const { kind, target } = about;
  let kept = names.get(kind, target);
  const isClass = kind === "CLASS";
  const suggested = kind === "CHANNEL" ? (names.suggested(`${names.model}/${target}`)?.name ?? "bear face") : "";
  const name = h("input", { type: "text", name: "name", maxlength: LONGEST_NAME, "aria-label": kind === "VIEW" ? "Name of the view" : "Name of the channel", placeholder: suggested, autocomplete: "off", required: kind === "VIEW", hidden: isClass });
  const note = h("textarea", { name: "note", rows: 4, maxlength: LONGEST_NOTE, "aria-label": "Note", placeholder: "A note, if you like" });
  const said = saying(names);
  const remove = button("Remove", () => void change({ ...about }, dropped));
  const form = h("form", { method: "dialog" }, name, note, h("div", { class: "actions" }, h("button", { type: "submit", class: "button small" }, "Keep"), remove, button("Cancel", () => dialog.close())), said.element);
  const dialog = h("dialog", { class: "help naming", "aria-label": title }, h("h2", {}, title), form, ...files(names, said, show));

  function show(): void {
    kept = names.get(kind, target);
    [name.value, note.value] = [kept?.name ?? "", kept?.note ?? ""];
    remove.hidden = kept === null || (kind === "VIEW" || (kept.revision !== undefined && !names.isShared()));
  }

  function change(next: Note, done: (former: Note | null) => void): void {
    const former = kept;
    const picture = async () => (kind === "VIEW" ? ((await names.pictures()).get(target) ?? null) : null);
    const work = async () => names.keep({ ...next, picture: await picture() }, former).finally(() => (kept = names.get(kind, target)));
    said.attempt(work, () => done(former));
  }

  function dropped(former: Note | null): void {
    show();
    if (former) said.removed(former, show);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    change({ ...kept, ...about, name: name.value.trim() || null, note: note.value.trim() || null }, () => dialog.close());
  });
  show();
  open(dialog, () => openerOf(about)?.focus()); // what opened it was drawn again
  (isClass ? note : name).select();
}

/** The button that opened it, where there is one. */
const openerOf = ({ kind, target }: Target): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLElement>("[data-note]")].find((item) => item.dataset["note"] === `${kind} ${target}` && item.offsetParent !== null);

/** Where all of them are kept, and how they get elsewhere. */
function files(names: Names, { say, attempt }: Saying, changed: () => void): Node[] {
  const file = h("input", { type: "file", accept: ".json,application/json", class: "unseen", "aria-label": "File with names and notes", tabindex: "-1" });
  const host = h("div", { class: "actions" });
  const about = h("p", { class: "second" });
  const told = (work: () => Promise<string>) => attempt(async () => say(await work()), () => (draw(), changed()));

  function draw(): void {
    const here = names.inBrowser();
    const isShared = names.isShared();
    about.textContent = isShared ? "What you write goes into the database, where everybody sees it." : `This browser keeps what you write.${siteAt(document) ? "" : " With the service's token (open the page by its start address) it goes into the database, where everybody sees it."}`;
    const bring = isShared && here > 0 ? [button(`Put ${plural(here, "entry", "entries")} of this browser into the database`, () => told(names.share))] : [];
    host.replaceChildren(...bring, button("Save to a file", () => attempt(async () => saveText(await names.print(), "application/json", `notes ${names.model}.json`), () => undefined)), button("Load a file…", () => file.click()), file);
  }

  file.addEventListener("change", () => {
    const [chosen] = file.files!;
    if (chosen) told(async () => names.bring(await chosen.text()));
    file.value = "";
  });
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
  const dialog = h("dialog", { class: "help naming", "aria-label": "Saved views" }, h("h2", {}, "Saved views"), form, said.element, list, ...files(names, said, () => undefined), h("div", { class: "actions" }, button("Close", () => dialog.close())));
  name.value = here.title.slice(0, LONGEST_NAME);

  async function draw(): Promise<void> {
    const views = names.all().filter(({ kind }) => kind === "VIEW");
    const pictures = await names.pictures().catch(() => new Map<string, string>());
    list.replaceChildren(...(views.length ? views.map((view) => row(view, pictures.get(view.target) ?? null)) : [h("li", { class: "second" }, "No view is saved yet.")]));
  }

  function row(view: Note, picture: string | null): HTMLElement {
    const image = picture && h("img", { src: picture, alt: "", width: 96 });
    const link = links.to({ ...parse(view.address ?? ""), model: names.model }, {}, image || null, view.name ?? "");
    link.addEventListener("click", () => dialog.close());
    const isOurs = view.revision === undefined || names.isShared();
    const quiet = (word: string, act: () => void) => h("button", { type: "button", class: "quiet", "data-note": word === "Rename" ? `VIEW ${view.target}` : null, "aria-label": `${word}: ${view.name}`, onclick: act }, word);
    const { kind, target, note } = view;
    const drop = () => said.attempt(() => names.keep({ kind, target }, view), () => said.removed({ ...view, picture }, () => undefined));
    const change = isOurs ? [quiet("Rename", () => openNote(view, names, `The view ${view.name}`)), quiet("Remove", drop)] : [];
    return h("li", {}, link, ...change, note ? h("p", { class: "written" }, note) : null);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const target = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
    const view = async () => names.keep({ kind: "VIEW", target, name: name.value, address: here.address || "?", picture: await here.picture() }, null);
    said.attempt(view, () => said.say("Saved."));
  });
  names.listen(() => void draw(), closing.signal);
  void draw();
  open(dialog, () => closing.abort());
  name.select();
}
