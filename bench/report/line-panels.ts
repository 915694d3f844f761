import { logScale, type Scale } from "./scale";
import { element, legend, picture, round, text } from "./svg";
import { countText, shortNumber } from "./text";

export interface Panel {
  readonly title: string;
  /** Two at most: the figures of the first stand below its points, those of the second above. */
  readonly lines: readonly (readonly { readonly x: number; readonly y: number }[])[];
}

export interface LinePanels {
  readonly title: string;
  readonly series: readonly string[];
  readonly xAxis: string;
  readonly yAxis: string;
  readonly panels: readonly Panel[];
}

const panelWidth = 410;
const panelHeight = 250;

/** A panel for each thing, two beside each other, all with the same scales: both in powers of ten. */
export function linePanels({ title, series, xAxis, yAxis, panels }: LinePanels): string {
  const points = panels.flatMap(({ lines }) => lines.flat());
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const top = 66;
  const height = top + Math.ceil(panels.length / 2) * panelHeight + 12;
  const parts = [legend(series, 50)];
  for (const [at, panel] of panels.entries()) {
    const [left, upper] = [(at % 2) * panelWidth + 58, top + Math.floor(at / 2) * panelHeight + 24];
    const x = logScale(Math.min(...xs), Math.max(...xs), left + 22, left + panelWidth - 92);
    const y = logScale(Math.min(...ys) / 1.6, Math.max(...ys) * 1.5, upper + panelHeight - 82, upper);
    parts.push(text(left, upper - 10, panel.title, "start", "group"));
    parts.push(...axes(x, y, left, upper, xAxis, at % 2 === 0 ? yAxis : ""));
    for (const [series, line] of panel.lines.entries()) parts.push(...lineParts(line, series, x, y));
  }
  return picture(panelWidth * 2, height, title, parts);
}

function axes(x: Scale, y: Scale, left: number, upper: number, xAxis: string, yAxis: string): string[] {
  const [right, lower] = [left + panelWidth - 70, upper + panelHeight - 82];
  const middle = round((upper + lower) / 2);
  return [
    ...y.ticks.flatMap((tick) => {
      const at = round(y.place(tick));
      return [
        element("line", { x1: left, x2: right, y1: at, y2: at, class: "grid" }),
        text(left - 6, at + 4, tick >= 1 ? countText(tick) : String(tick), "end"),
      ];
    }),
    ...x.ticks.map((tick) => text(x.place(tick), lower + 17, countText(tick), "middle")),
    text((left + right) / 2, lower + 35, xAxis, "middle"),
    yAxis === ""
      ? ""
      : `<g transform="translate(${left - 44} ${middle}) rotate(-90)">${text(0, 0, yAxis, "middle")}</g>`,
  ];
}

function lineParts(line: Panel["lines"][number], series: number, x: Scale, y: Scale): string[] {
  const places = line.map((point) => ({
    x: round(x.place(point.x)),
    y: round(y.place(point.y)),
    value: point.y,
  }));
  const path = places.map((place) => `${place.x},${place.y}`).join(" ");
  return [
    element("polyline", { points: path, class: `line l${series}${series === 1 ? " long" : ""}` }),
    ...places.flatMap((place) => [
      element("circle", { cx: place.x, cy: place.y, r: 3.5, class: `s${series}` }),
      text(place.x, place.y + (series === 0 ? 18 : -9), shortNumber(place.value), "middle"),
    ]),
  ];
}
