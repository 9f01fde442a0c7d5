/** Values with the units that dashboards name, written as Grafana writes them. */
type Unit = { readonly scale?: number; readonly steps: readonly Step[] };
/** From this value on it is divided by it and gets the suffix. */
type Step = readonly [least: number, suffix: string];

const decimal = (suffix: string): Step[] => [
  [1e9, `G${suffix}`],
  [1e6, `M${suffix}`],
  [1e3, `k${suffix}`],
  [1, suffix],
];
const time: readonly Step[] = [
  [60_000, 'min'],
  [1000, 's'],
  [1, 'ms'],
];
const units: Readonly<Record<string, Unit>> = {
  Kbits: { scale: 1000, steps: decimal('b/s') },
  bps: { steps: decimal('b/s') },
  Bps: { steps: decimal('B/s') },
  cps: { steps: [[1, 'c/s']] },
  reqps: { steps: [[1, 'req/s']] },
  percent: { steps: [[1, '%']] },
  percentunit: { scale: 100, steps: [[1, '%']] },
  s: { scale: 1000, steps: time },
  ms: { steps: time },
};
const bare: Unit = { steps: [[1, '']] };

/** `12.3 Mb/s`, with as many digits as say something. */
export function withUnit(unit: string, value: number | null | undefined): string {
  if (value === 0) return '0';
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const { scale = 1, steps } = units[unit] ?? bare;
  const scaled = value * scale;
  const [least, suffix] = steps.find(([from]) => Math.abs(scaled) >= from) ?? (steps.at(-1) as Step);
  const shown = scaled / least;
  const size = Math.abs(shown);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${Number(shown.toFixed(digits)).toLocaleString('en')} ${suffix}`.trim();
}
