// Which rows of a long list are drawn, and the bars of a class's small histogram.

export interface Rows {
  readonly from: number;
  readonly to: number; // the first that is not drawn
}

/** Rows of `height` px that are seen through a window, with `spare` more on either side. */
export function rowsSeen(top: number, windowHeight: number, height: number, count: number, spare: number): Rows {
  const from = Math.max(0, Math.floor(top / height) - spare);
  const to = Math.min(count, Math.ceil((top + windowHeight) / height) + spare);
  return { from: Math.min(from, count), to: Math.max(Math.min(from, count), to) };
}

const GAP = 0.5; // px between bars

/** An SVG path of bars, one per bin; a full height is a share of 1, and what is not 0 can be seen. */
export function histogramPath(counts: readonly number[], images: number, width: number, height: number): string {
  const step = width / Math.max(1, counts.length);
  return counts
    .map((count, k) => {
      if (count <= 0 || images <= 0) return "";
      const tall = Math.max(1, (height * count) / images);
      return `M${round(k * step)} ${height}v${round(-tall)}h${round(step - GAP)}v${round(tall)}z`;
    })
    .join("");
}

const round = (value: number): number => Math.round(100 * value) / 100;
