// Looks at the drawn page with a ruler. Loaded into the page by the tests; every probe answers what is wrong with it.
window.probes = (() => {
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const boxes = (selector) => [...document.querySelectorAll(selector)].map((element) => element.getBoundingClientRect());

  /** Numbers that an edge runs through. */
  function coveredNumbers() {
    const lines = [...document.querySelectorAll("g.edge .line")].flatMap((path) => {
      const [length, matrix] = [path.getTotalLength(), path.getScreenCTM()];
      return Array.from({ length: 61 }, (_, k) => path.getPointAtLength((length * k) / 60).matrixTransform(matrix));
    });
    const inside = (box, { x, y }) => x > box.left && x < box.right && y > box.top && y < box.bottom - 1;
    return boxes("g.node .number").filter((box) => lines.some((point) => inside(box, point))).length;
  }

  /** Pictures and numbers that overlap those of another channel. */
  function overlaps() {
    const parts = [...document.querySelectorAll("g.node")].flatMap((node) =>
      [...node.querySelectorAll(".picture, .number")].map((part) => ({ node, box: part.getBoundingClientRect() })),
    );
    return parts.filter((a, i) => parts.some((b, j) => i < j && a.node !== b.node && meet(a.box, b.box))).length;
  }

  /** Controls that stick out of the window. */
  function clipped() {
    const controls = [...document.querySelectorAll("header *, .bar *, .cutbar *, .order *")].filter((item) => item.checkVisibility());
    const column = document.querySelector(".left .map")?.getBoundingClientRect().right ?? 0; // stands at the left
    const stops = [...document.querySelectorAll(".left .map .stop")].filter((item) => item.checkVisibility() && item.getBoundingClientRect().right > column);
    if (stops.length) return stops.map((item) => item.outerHTML.slice(0, 80));
    return controls.filter((item) => item.getBoundingClientRect().right > innerWidth).map((item) => item.outerHTML.slice(0, 80));
  }

  /** Words with a contrast below 4.5 : 1 against the ground they stand on. */
  function faintTexts() {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    function rgba(colour) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    }
    function luminance(colour) {
      const linear = rgba(colour).map((value) => value / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }
    function ground(element) {
      const colour = getComputedStyle(element).backgroundColor;
      return rgba(colour)[3] === 255 || element === document.body ? colour : ground(element.parentElement);
    }
    const words = (element) => [...element.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim());
    return [...document.querySelectorAll("main *")]
      .filter((element) => element.checkVisibility() && !element.closest("svg") && words(element))
      .map((element) => {
        const [dark, light] = [getComputedStyle(element).color, ground(element)].map(luminance).sort((a, b) => a - b);
        return { text: element.textContent.slice(0, 40), contrast: (light + 0.05) / (dark + 0.05) };
      })
      .filter(({ contrast }) => contrast < 4.5);
  }

  return { coveredNumbers, overlaps, clipped, faintTexts };
})();
