// Draws on a canvas. Dots are stamped from pictures made once, for thousands of them move in every frame.
import { corners, type Dot, FONT, type Pen } from "./pen";

export function canvasPen(context: CanvasRenderingContext2D, sharpness: number): Pen {
  const stamps = new Map<string, HTMLCanvasElement>();

  function stampOf(dot: Dot): HTMLCanvasElement {
    const key = `${dot.colour} ${dot.shape} ${dot.radius}`;
    const known = stamps.get(key);
    if (known) return known;
    const side = Math.ceil(2 * (1.4 * dot.radius + 1) * sharpness);
    const stamp = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const ink = stamp.getContext("2d");
    if (ink) {
      ink.translate(side / 2, side / 2);
      ink.scale(sharpness, sharpness);
      ink.fillStyle = dot.colour;
      outline(ink, dot);
      ink.fill();
    }
    stamps.set(key, stamp);
    return stamp;
  }

  return {
    dot(x, y, dot, opacity) {
      const stamp = stampOf(dot);
      const side = stamp.width / sharpness;
      context.globalAlpha = opacity;
      context.drawImage(stamp, x - side / 2, y - side / 2, side, side);
    },
    ring(x, y, radius, colour, width, fill) {
      context.globalAlpha = 1;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      if (fill !== null) {
        context.fillStyle = fill;
        context.fill();
      }
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke();
    },
    curve({ from, over, to }, colour, width, opacity) {
      context.globalAlpha = opacity;
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(...from);
      context.quadraticCurveTo(...over, ...to);
      context.stroke();
    },
    area(line, colour) {
      context.beginPath();
      for (const [x, y] of line) context.lineTo(x, y);
      context.closePath();
      context.fillStyle = context.strokeStyle = colour;
      context.lineWidth = 1.5;
      context.globalAlpha = 0.12;
      context.fill();
      context.globalAlpha = 0.9;
      context.stroke();
    },
    word({ text, left, middle, colour, ground, size, weight, opacity }) {
      context.globalAlpha = opacity;
      context.font = `${weight} ${size}px ${FONT}`;
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.lineWidth = 3;
      context.strokeStyle = ground;
      context.strokeText(text, left, middle);
      context.fillStyle = colour;
      context.fillText(text, left, middle);
    },
  };
}

function outline(ink: CanvasRenderingContext2D, { shape, radius }: Dot): void {
  const points = corners(shape, radius);
  ink.beginPath();
  if (points === null) ink.arc(0, 0, radius, 0, 2 * Math.PI);
  else for (const [x, y] of points) ink.lineTo(x, y);
  ink.closePath();
}
