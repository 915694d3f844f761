/** Colours by series, told apart also by those who see fewer of them; each has a light and a dark shade in `style`. */
export const seriesCount = 6;

export type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, content = ""): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  return content === ""
    ? `<${name}${written.join("")}/>`
    : `<${name}${written.join("")}>${content}</${name}>`;
}

/** `anchor` is the side of the place on which the text does not go on: `start`, `middle`, `end`. */
export function text(x: number, y: number, words: string, anchor: string, kind = "plain"): string {
  return element("text", { x: round(x), y: round(y), "text-anchor": anchor, class: kind }, escaped(words));
}

/** A picture with a ground of its own, so that it can be read on a light page and on a dark one. */
export function picture(width: number, height: number, title: string, parts: readonly string[]): string {
  const content = [
    element("title", {}, escaped(title)),
    `<style>${style}</style>`,
    element("rect", { width, height, rx: 6, class: "ground" }),
    text(16, 26, title, "start", "title"),
    ...parts,
  ];
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
  };
  return `${element("svg", attributes, `\n${content.join("\n")}\n`)}\n`;
}

/** The names of the series, each behind its colour, in one line. */
export function legend(names: readonly string[], y: number): string {
  let x = 16;
  const parts: string[] = [];
  for (const [series, name] of names.entries()) {
    parts.push(element("rect", { x, y: y - 10, width: 12, height: 12, rx: 2, class: `s${series}` }));
    parts.push(text(x + 18, y, name, "start"));
    x += 18 + widthOf(name) + 22;
  }
  return parts.join("\n");
}

/** About as wide as it is in the letters used; they may be others where it is looked at. */
export function widthOf(words: string): number {
  return words.length * 7;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(words: string): string {
  return words
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const light = ["#1f6feb", "#d9730d", "#1a7f4b", "#8250df", "#bf3989", "#6e7781"];
const dark = ["#58a6ff", "#f0a35e", "#4ac27f", "#b790ff", "#f778ba", "#9aa4ae"];

function shades(colours: readonly string[], ground: string, ink: string, faint: string): string {
  const series = colours.map((colour, at) => `.s${at}{fill:${colour}}.l${at}{stroke:${colour}}`);
  return `.ground{fill:${ground}}text{fill:${ink};stroke:${ground}}.grid{stroke:${faint}}.mark{stroke:${ink}}${series.join("")}`;
}

const style = [
  "text{font:12px system-ui,sans-serif;paint-order:stroke;stroke-width:3}.title{font-size:15px;font-weight:600}.group{font-weight:600}.grid{stroke-width:1}",
  ".mark{stroke-width:1.5;stroke-dasharray:3 3}.line{fill:none;stroke-width:2}.long{stroke-dasharray:5 4}",
  shades(light, "#ffffff", "#1f2328", "#d8dee4"),
  `@media(prefers-color-scheme:dark){${shades(dark, "#0d1117", "#e6edf3", "#30363d")}}`,
].join("");
