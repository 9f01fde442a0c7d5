/** What was sent beside what was found. */
export type Row = {
  readonly what: string;
  readonly sent: string;
  readonly found: string;
  /** How far apart they may be, in words. */
  readonly allowed: string;
  readonly holds: boolean;
};

/** A number that may be off by a share of itself. */
export function near(what: string, sent: number, found: number, share: number): Row {
  const off = sent === 0 ? Math.abs(found) : Math.abs(found / sent - 1);
  const percent = `${(off * 100).toFixed(2)} %`;
  return {
    ...{ what, sent: short(sent), found: `${short(found)} (${percent} off)`, allowed: `± ${share * 100} %` },
    holds: off <= share,
  };
}

/** Something that is so, or is not. */
export function fact(what: string, expected: string, found: string, holds = expected === found): Row {
  return { what, sent: expected, found, allowed: 'exact', holds };
}

/** Rows as lines of one width each. */
export function printed(rows: readonly Row[]): string {
  const head = { what: '', sent: 'sent', found: 'found', allowed: 'allowed' };
  const cells = [head, ...rows].map(({ what, sent, found, allowed }) => [what, sent, found, allowed]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells
    .map((line, i) => {
      const mark = i === 0 ? ' ' : rows[i - 1]?.holds ? '✓' : '✗';
      return `${mark} ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
    })
    .join('\n');
}

function short(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 });
}
