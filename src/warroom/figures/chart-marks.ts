import type uPlot from 'uplot';
import type { Unit } from '../format.ts';
import { palette } from '../theme.ts';

/** A line across a chart: the value that should not be passed. */
export type Mark = { readonly value: number; readonly tone: 'warn' | 'bad'; readonly label: string };

// A flat line at 0 should look like one, not fill a scale of its own.
const leastTop: Record<Unit, number> = { count: 4, seconds: 0.1, ms: 10, ratio: 0.01, perSecond: 1, kbps: 500 };

/** The top of the scale: room above the data, and the marks always in sight. */
export function topOf(unit: Unit, max: number | null, marks: readonly Mark[]): number {
  return Math.max(leastTop[unit], (max ?? 0) * 1.08, ...marks.map(({ value }) => value * 1.2));
}

/** Draws the marks over the chart. */
export function drawMarks({ ctx, bbox, valToPos }: uPlot, marks: readonly Mark[]): void {
  const ratio = devicePixelRatio;
  for (const { value, tone, label } of marks) {
    const y = Math.round(valToPos(value, 'y', true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = palette()[tone];
    ctx.fillStyle = palette()[tone];
    ctx.lineWidth = ratio;
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.font = `${10 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'bottom';
    ctx.fillText(label, bbox.left + 3 * ratio, y - ratio);
    ctx.restore();
  }
}

/** The points without neighbours: as lines they would be invisible. */
export function isolated({ data }: uPlot, seriesIndex: number): number[] {
  const values = data[seriesIndex] ?? [];
  const there = (i: number) => values[i] !== null && values[i] !== undefined;
  return Array.from(values.keys()).filter((i) => there(i) && !there(i - 1) && !there(i + 1));
}
