// The page's colours as a canvas understands them. They change with the page's theme.
import { STEPS, TONES } from "../../layout/map/paint";

const NAMES = ["ground", "panel", "text", "second", "accent", "accent-light", "outline", "rest"] as const;

export type Colours = Readonly<Record<(typeof NAMES)[number], string>> & {
  readonly tones: readonly string[]; // of groups, from 1 on
  readonly steps: readonly string[]; // of accuracy, lowest first
};

/** The colours of the theme that the host is shown in. */
export function coloursOf(host: HTMLElement): Colours {
  const probe = document.createElement("i");
  probe.style.setProperty("forced-color-adjust", "none");
  host.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const named = Object.fromEntries(NAMES.map((name) => [name, read(name)])) as Record<(typeof NAMES)[number], string>;
  const tones = Array.from({ length: TONES }, (_, k) => read(`class-${k + 1}`));
  const steps = Array.from({ length: STEPS }, (_, k) => read(`step-${k + 1}`));
  probe.remove();
  return { ...named, tones, steps };
}
