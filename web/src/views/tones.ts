/** Okabe and Ito's colours, told apart with every kind of colour sight; from the eighth class on the name must do. */
export const toneOf = (k: number): string => `var(--class-${(k % 7) + 1})`;
