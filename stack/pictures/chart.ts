import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Drawn, DrawnPanel } from './drawn.ts';
import { withUnit } from './units.ts';

/** A panel's lines over time that fill their host, and above what an alert fires. */
export function drawChart(
  host: HTMLElement,
  { lines, unit, limit }: DrawnPanel,
  { from, to, stepSec }: Pick<Drawn, 'from' | 'to' | 'stepSec'>,
): void {
  const first = Math.floor(from / stepSec) * stepSec;
  const colour = (name: string) => getComputedStyle(host).getPropertyValue(`--${name}`);
  const times = Array.from({ length: Math.floor((to - from) / stepSec) + 1 }, (_, i) => first + i * stepSec);
  const columns = lines.map(({ values }) => {
    const known = new Map(values);
    return times.map((at) => known.get(at) ?? null);
  });
  const axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { show: false },
    font: '11px sans-serif',
  };
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
  const options: uPlot.Options = {
    ...{ width: host.clientWidth, height: host.clientHeight, padding: [8, 12, 0, 0], cursor: { show: false } },
    legend: { show: false },
    scales: {
      x: { range: () => [from, to] },
      y: { range: (_, __, most) => [0, (Math.max(most ?? 0, limit ?? 0) || 1) * 1.08] },
    },
    axes: [
      { ...axis, space: 80, values: (_, splits) => splits.map((at) => clock.format(at * 1000)) },
      { ...axis, size: 72, space: 32, values: (_, splits) => splits.map((value) => withUnit(unit, value)) },
    ],
    series: [
      {},
      ...lines.map((_, i) => ({
        ...{ stroke: colour(`line-${i % 10}`), fill: `${colour(`line-${i % 10}`)}1a`, width: 1.5, spanGaps: false },
        points: { show: false },
      })),
    ],
    hooks: { draw: [(plot) => limit !== null && drawLimit(plot, limit, colour('limit'))] },
  };
  new uPlot(options, [times, ...columns], host);
}

function drawLimit({ ctx, bbox, valToPos }: uPlot, limit: number, colour: string): void {
  const y = valToPos(limit, 'y', true);
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.setLineDash([6, 4]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
