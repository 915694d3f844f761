import { linearScale, logScale, type Scale } from "./scale";
import { element, legend, picture, round, text, widthOf } from "./svg";
import { countText, shortNumber } from "./text";

export interface Bar {
  readonly label: string;
  /** One behind the other, each in the colour of its series. */
  readonly segments: readonly { readonly series: number; readonly value: number }[];
  /** Written behind it. */
  readonly figure: string;
}

export interface BarGroup {
  readonly label: string;
  readonly bars: readonly Bar[];
}

export interface BarChart {
  readonly title: string;
  readonly axis: string;
  readonly series: readonly string[];
  readonly groups: readonly BarGroup[];
  readonly isLog?: boolean;
}

const width = 820;
const barHeight = 18;
const barStep = 23;

/** Bars that lie, so that every name has room. */
export function barChart({ title, axis, series, groups, isLog = false }: BarChart): string {
  const bars = groups.flatMap((group) => group.bars);
  const left = 26 + Math.max(...[...groups, ...bars].map(({ label }) => Math.min(120, widthOf(label))));
  const right = width - 26 - Math.max(...bars.map(({ figure }) => widthOf(figure)));
  const totals = bars.map(({ segments }) => segments.reduce((sum, { value }) => sum + value, 0));
  const top = series.length > 1 ? 62 : 40;
  const height = top + groups.length * 30 + bars.length * barStep + 48;
  const bottom = height - 44;
  const scale = isLog
    ? logScale(Math.min(...totals) / 1.5, Math.max(...totals), left, right)
    : linearScale(Math.max(...totals), left, right);
  const parts = [...gridLines(scale, top, bottom), text((left + right) / 2, height - 10, axis, "middle")];
  if (series.length > 1) parts.push(legend(series, 50));
  let y = top;
  for (const group of groups) {
    parts.push(text(16, y + 20, group.label, "start", "group"));
    y += 28;
    for (const bar of group.bars) {
      parts.push(...barParts(bar, scale, isLog ? left : scale.place(0), y));
      y += barStep;
    }
    y += 2;
  }
  return picture(width, height, title, parts);
}

function barParts({ label, segments, figure }: Bar, scale: Scale, left: number, y: number): string[] {
  const parts = [text(left - 8, y + 13, label, "end")];
  let [sum, from] = [0, left];
  for (const { series, value } of segments) {
    sum += value;
    const to = scale.place(sum);
    const size = { x: round(from), y, width: round(Math.max(0, to - from)), height: barHeight };
    parts.push(element("rect", { ...size, class: `s${series}` }));
    from = to;
  }
  parts.push(text(from + 6, y + 13, figure, "start"));
  return parts;
}

function gridLines(scale: Scale, top: number, bottom: number): string[] {
  return scale.ticks.flatMap((tick) => {
    const x = round(scale.place(tick));
    return [
      element("line", { x1: x, x2: x, y1: top, y2: bottom, class: "grid" }),
      text(x, bottom + 16, tick >= 1 || tick === 0 ? countText(tick) : shortNumber(tick), "middle"),
    ];
  });
}
