// Words as pictures: drawing one takes longer than copying it.
import { FONT, type Word } from "./pen";

export interface WordPicture {
  readonly picture: HTMLCanvasElement | OffscreenCanvas;
  readonly left: number; // px, of the word in its picture
  readonly middle: number;
}

const HALO = 3; // px
const KEPT = 600; // pictures

export const fontOf = ({ weight, size }: Word): string => `${weight} ${size}px ${FONT}`;

/** The pictures of words, which are kept. sharpness  pixels of a picture per px */
export function wordPictures(sharpness: number): (word: Word) => WordPicture {
  const known = new Map<string, WordPicture>();
  return (word) => {
    const { text, colour, ground, size, weight } = word;
    const key = `${weight} ${size} ${colour} ${ground} ${text}`;
    const picture = known.get(key) ?? drawWord(word, sharpness);
    if (known.size > KEPT) known.clear();
    known.set(key, picture);
    return picture;
  };
}

function drawWord(word: Word, sharpness: number): WordPicture {
  const { text, colour, ground, size } = word;
  const picture = typeof document === "undefined" ? new OffscreenCanvas(1, 1) : document.createElement("canvas");
  const ink = picture.getContext("2d") as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
  const font = fontOf(word);
  const middle = Math.ceil(size);
  if (!ink) return { picture, left: HALO, middle };
  ink.font = font;
  picture.width = Math.ceil((ink.measureText(text).width + 2 * HALO) * sharpness);
  picture.height = 2 * middle * sharpness;
  ink.scale(sharpness, sharpness);
  Object.assign(ink, { font, textBaseline: "middle", lineJoin: "round", lineWidth: HALO, strokeStyle: ground, fillStyle: colour });
  ink.strokeText(text, HALO, middle);
  ink.fillText(text, HALO, middle);
  return { picture, left: HALO, middle };
}
