// Colours of compared classes: Okabe and Ito's, told apart with every kind of colour sight. From the eighth class on they
// come again with a pattern, so that no two classes look alike.
const COLOURS = 7;

export const toneOf = (k: number): string => `var(--class-${(k % COLOURS) + 1})`;

/** Whether the colour is an earlier class's, and a pattern says whose it is. */
export const isAgain = (k: number): boolean => k >= COLOURS;

/** A background in the colour of a class, striped where the colour comes again. */
export const groundOf = (k: number): string =>
  isAgain(k) ? `repeating-linear-gradient(45deg, ${toneOf(k)} 0 3px, var(--ground) 3px 5px)` : toneOf(k);
