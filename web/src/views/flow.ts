// Edges flow in their direction while they are pointed at. A timer moves all of them ten times a second: an animation of
// the style sheet would style and paint them with every frame of the screen, whatever its steps.
import { motion } from "../dom";

const PACE = 100; // ms
const STEP = 2; // px
const HELD = 250; // ms

export interface Flow {
  /** Whether edges flow from now on; nobody moves who asked for no motion. */
  run(isWanted: boolean): void;
  /** The drawing moves: edges stand still for a moment, which painting them would make jerk. */
  hold(): void;
}

/** edges  holds the lines, which inherit how far their dashes are moved */
export function createFlow(edges: SVGElement): Flow {
  let timer = 0;
  let moved = 0;
  let held = 0; // until when, ms
  const move = () => {
    if (!edges.isConnected) return stop();
    if (performance.now() > held && !document.hidden && edges.checkVisibility()) edges.style.strokeDashoffset = `${(moved -= STEP)}px`;
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
