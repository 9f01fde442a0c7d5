import uPlot from 'uplot';
import type { Unit } from '../format.ts';
import { clock, format } from '../format.ts';
import { onTheme, palette } from '../theme.ts';
import type { Mark } from './chart-marks.ts';
import { drawMarks, isolated, topOf } from './chart-marks.ts';
import type { Drawn } from './lines.ts';
import { stacked } from './lines.ts';

export type ChartOptions = {
  readonly unit: Unit;
  /** Areas on top of each other, for figures that add up. Default false. */
  readonly stack?: boolean;
  readonly marks?: readonly Mark[];
  /** The index that the pointer is on, null when it has left. Pointers are shared by all charts. */
  readonly onPointer: (index: number | null) => void;
};

export type Chart = {
  readonly show: (times: readonly number[], lines: readonly Drawn[]) => void;
  readonly destroy: () => void;
};

const axisWidth: Record<Unit, number> = { count: 38, seconds: 46, ms: 46, ratio: 42, perSecond: 42, kbps: 58 };
const font = '11px system-ui, sans-serif';

/** A chart that fills its host and follows its size and the theme. It is made anew only when other lines come. */
export function chart(host: HTMLElement, { unit, stack = false, marks = [], onPointer }: ChartOptions): Chart {
  let plot: uPlot | undefined;
  let present = '';

  const size = () => ({ width: Math.floor(host.clientWidth), height: Math.floor(host.clientHeight) });
  const observer = new ResizeObserver(() => {
    const { width, height } = size();
    // Hidden, it has no size, and comes back with the one that it had.
    if (plot && width > 0 && height > 0 && (plot.width !== width || plot.height !== height))
      plot.setSize({ width, height });
  });
  observer.observe(host);
  const forget = onTheme(() => plot?.redraw(false, true));

  function make(lines: readonly Drawn[], data: uPlot.AlignedData): uPlot {
    const axis = { stroke: () => palette().muted, font, ticks: { show: false }, gap: 4 };
    const grid = { stroke: () => palette().grid, width: 1 };
    const options: uPlot.Options = {
      ...size(),
      ms: 1,
      legend: { show: false },
      padding: [6, 4, 0, 0],
      scales: {
        x: { time: true, range: (_, min, max) => [min, max] },
        y: { range: (_, __, max) => [0, topOf(unit, max, marks)] },
      },
      axes: [
        { ...axis, size: 18, space: 64, grid: { show: false }, values: timeLabels },
        {
          ...axis,
          size: axisWidth[unit],
          space: 26,
          grid,
          values: (_, splits) => splits.map((value) => (value === 0 ? '0' : format(unit, value))),
        },
      ],
      series: [{}, ...lines.map((line) => seriesOf(line, stack))],
      // Each area ends where the one below it begins.
      bands: stack ? lines.slice(1).map((_, i) => ({ series: [i + 2, i + 1] as [number, number] })) : [],
      cursor: { y: false, drag: { x: false, y: false }, points: { show: !stack, size: 6 }, sync: { key: 'time' } },
      hooks: {
        draw: [(u) => drawMarks(u, marks)],
        setCursor: [({ cursor }) => onPointer(cursor.idx ?? null)],
      },
    };
    return new uPlot(options, data, host);
  }

  return {
    show(times, lines) {
      const values = lines.map((line) => line.values);
      const data = [times, ...(stack ? stacked(values) : values)] as uPlot.AlignedData;
      const wanted = lines.map(({ label, slot }) => `${slot} ${label}`).join('\n');
      if (plot && wanted === present) {
        plot.setData(data);
        return;
      }
      plot?.destroy();
      plot = lines.length > 0 ? make(lines, data) : undefined;
      present = wanted;
    },
    destroy() {
      observer.disconnect();
      forget();
      plot?.destroy();
    },
  };
}

function seriesOf({ slot, dashed, label }: Drawn, stack: boolean): uPlot.Series {
  const stroke = () => palette().series[slot] ?? palette().text;
  return {
    label,
    stroke,
    width: dashed ? 1.25 : 1.75,
    ...(dashed && { dash: [4, 3] }),
    ...(stack && { fill: () => translucent(stroke()) }),
    points: { show: true, size: 5, stroke, fill: stroke, filter: isolated },
  };
}

function translucent(colour: string): string {
  return colour.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.22)');
}

/** Times of day; none where the edge of the chart would cut it off. */
function timeLabels({ width, scales }: uPlot, splits: number[]): string[] {
  const { min = 0, max = 0 } = scales.x ?? {};
  const pxPerMs = width / ((max ?? 0) - (min ?? 0) || 1);
  return splits.map((at) => {
    const time = clock(at).replace(/:00$/, '');
    return ((max ?? 0) - at) * pxPerMs < time.length * 3.5 ? '' : time;
  });
}
