// Edges flow in their direction while they are pointed at. A timer moves all of them ten times a second: an animation of
// the style sheet would style and paint them with every frame of the screen, whatever its steps.
import { motion } from "../dom";

const PACE = 100; // ms
const STEP = 2; // px
const HELD = 250; // ms
const FLOWS = ":is(.input, .output) > :is(.flow, .beads)";

export interface Flow {
  /** Whether edges flow from now on; nobody moves who asked for no motion. */
  run(isWanted: boolean): void;
  /** The drawing moves: edges stand still for a moment, which painting them would make jerk. */
  hold(): void;
}

/** edges  holds the lines; each is moved by itself, for all of the edges' parts would be styled again by what they inherit */
export function createFlow(edges: SVGElement): Flow {
  let timer = 0;
  let moved = 0;
  let held = 0; // until when, ms
  const move = () => {
    if (!edges.isConnected) return stop();
    if (performance.now() < held || document.hidden || !edges.checkVisibility()) return;
    moved -= STEP;
    for (const line of edges.querySelectorAll<SVGElement>(FLOWS)) line.style.strokeDashoffset = `${moved}px`;
  };
  function stop(): void {
    clearInterval(timer);
    timer = 0;
  }
  return {
    hold: () => void (held = performance.now() + HELD),
    run(isWanted): void {
      const runs = isWanted && motion() > 0;
      if (!runs) stop();
      else if (timer === 0) timer = window.setInterval(move, PACE);
    },
  };
}
