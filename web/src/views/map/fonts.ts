// The page's fonts for a worker, which has none of its own.

export interface FontRule {
  readonly family: string;
  readonly source: string; // with whole addresses
  readonly weight: string;
  readonly unicodeRange: string;
}

/** The fonts of the page's style sheets. */
export function fontRules(): FontRule[] {
  return [...document.styleSheets].flatMap((sheet) => {
    const rules = rulesOf(sheet).filter((rule) => rule instanceof CSSFontFaceRule);
    return rules.map(({ style }) => ({
      family: style.getPropertyValue("font-family").replaceAll('"', ""),
      source: withWholeAddresses(style.getPropertyValue("src"), sheet.href ?? document.baseURI),
      weight: style.getPropertyValue("font-weight"),
      unicodeRange: style.getPropertyValue("unicode-range"),
    }));
  });
}

/** None where the sheet is another site's, an extension's for example: its rules are not to be read. */
function rulesOf(sheet: CSSStyleSheet): readonly CSSRule[] {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}

/** url(a.woff2) as url("https://.../a.woff2") */
export const withWholeAddresses = (source: string, base: string): string =>
  source.replace(/url\(["']?([^"')]+)["']?\)/g, (_, address: string) => `url("${new URL(address, base)}")`);

/** Loads fonts in a worker, each when the first word needs it. changed  words can be written that could not be before
 *
 * Answers whether a word can be written. Until then it must not be: a browser goes on with the font that it took first.
 */
export function fontLoader(rules: readonly FontRule[], changed: () => void): (font: string, text: string) => boolean {
  const { fonts } = self as unknown as { readonly fonts?: FontFaceSet };
  if (!fonts) return () => true; // in the system's font
  for (const { family, source, weight, unicodeRange } of rules) fonts.add(new FontFace(family, source, { weight, unicodeRange }));
  const ready = new Map<string, boolean>(); // fonts and texts
  return (font, text) => {
    const key = `${font} ${text}`;
    const known = ready.get(key);
    if (known !== undefined) return known;
    const isReady = fonts.check(font, text);
    ready.set(key, isReady);
    const settle = () => {
      ready.set(key, true);
      changed();
    };
    if (!isReady) fonts.load(font, text).then(settle, settle); // without the file it is written in the system's font
    return isReady;
  };
}
