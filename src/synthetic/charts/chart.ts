import uPlot from 'uplot';
import type { Unit } from '../figures.ts';
import type { Moment } from '../moment.ts';
import { shownAs } from '../quantities.ts';

type Drawn = {
  readonly unit: Unit;
  readonly timeline: readonly Moment[];
  readonly lines: readonly (keyof Moment)[];
};

const height = 180;
const names: Partial<Record<keyof Moment, string>> = {
  fetchP95Sec: 'fetch p95',
  liveLatencyP50Sec: 'latency',
};

/** A chart over the seconds of the watch that fills its host, in the colours of the theme. */
export function drawChart(host: HTMLElement, { unit, timeline, lines }: Drawn): void {
  const colour = (name: string) => () => getComputedStyle(host).getPropertyValue(`--${name}`);
  const shown = (value: number | null) => shownAs(unit, value);
  const axis = { stroke: colour('muted'), grid: { stroke: colour('grid'), width: 1 }, ticks: { show: false } };
  const series = lines.map((line, index) => ({
    label: names[line] ?? line,
    stroke: colour(`series-${index}`),
    width: 1.5,
    spanGaps: false,
    value: (_: uPlot, value: number | null) => shown(value),
  }));
  const options: uPlot.Options = {
    width: host.clientWidth,
    height,
    padding: [8, 16, 0, 0],
    legend: { markers: { width: 2 } },
    scales: {
      x: { time: false },
      y: { range: (_, __, most) => [0, Math.max(most, unit === 'count' ? 1 : 0.1) * 1.1] },
    },
    axes: [
      { ...axis, values: (_, splits) => splits.map((second) => `${second} s`) },
      {
        ...axis,
        size: 64,
        values: (_, splits) => splits.map((value) => (Number.isInteger(value) || unit !== 'count' ? shown(value) : '')),
      },
    ],
    series: [{ label: 'at', value: (_, second) => (second === null ? '–' : `${Math.round(second)} s`) }, ...series],
  };
  const values = lines.map((line) => timeline.map((moment) => moment[line]));
  const plot = new uPlot(options, [timeline.map(({ atSec }) => atSec), ...values], host);
  new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height })).observe(host);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => plot.redraw(false, true));
}
