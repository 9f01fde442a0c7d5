import type { Row } from './compare.ts';
import type { Tolerance } from './figures.ts';
import { figures } from './figures.ts';

/** What was measured with. */
export type Circumstances = {
  readonly machine: string;
  /** Names with versions. */
  readonly browsers: readonly string[];
  readonly players: readonly string[];
  /** ISO 8601. */
  readonly date: string;
};

const heads = ['figure', 'protocol', 'browser', 'cases', 'tolerance', 'median error', 'worst error', 'held'];

const browserTitles: Readonly<Record<Row['browser'], string>> = { chromium: 'Chromium', firefox: 'Firefox' };

/** The rows for a terminal. */
export function tableText(rows: readonly Row[]): string {
  const all = [heads, ...rows.map(cells)];
  const widths = heads.map((_, column) => Math.max(...all.map((line) => (line[column] ?? '').length)));
  const lines = all.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** The page docs/accuracy.md. */
export function accuracyPage(rows: readonly Row[], { machine, browsers, players, date }: Circumstances): string {
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  const limits = [...new Set(rows.flatMap(({ figure }) => figures[figure].limit ?? []))];
  return `# How accurate the figures are

Measured on ${date} by \`npm run truth\` with ${players.join(' and ')} in ${browsers.join(' and ')} on ${machine}; the command writes this page.

${[line(heads), `|${heads.map(() => '---').join('|')}|`, ...rows.map((row) => line(cells(row)))].join('\n')}

Errors are what the SDK reported minus what was true. For figures that are exact they are the number of cases that were wrong.

## What is true

Real players play the demo's live stream in a real browser, Chromium, from an origin that is told to fail. What the SDK reports is read from
the spans and metrics that arrive at a collector. It is held against three witnesses that know nothing of it:

- **The picture.** A script in the page keeps every painted frame (\`requestVideoFrameCallback\`), the size of each, and the
  element's events. A start ends with the first painted frame, a seek with the first one of the new place. A stall is a
  time without a new frame of 250 ms where nothing is left to play, of a second where there is: below that a decoder stutters.
  The SDK counts stalls from 100 ms on; of one below 400 ms, which may have been 250 ms or less, the
  picture says neither yes nor no.
- **The bytes.** The number that the packager wrote into each segment is read as it reaches the decoder. It says when a frame was
  captured, whatever the player makes of its times.
- **The origin.** Its record says when each request came and each answer went, with what status and how many bytes, and which fault
  met it. A fetch lasts from when the browser was asked for it, which the script keeps from Resource Timing, until the origin sent
  its last byte. Where browser and origin differ by more than 10 ms on when that was, one of them waited for a processor, and the
  request's times are left out.

A WebRTC viewer watches a publisher over the demo's SFU, in Chromium and in the Firefox that people have. There the witnesses are:

- **The SFU.** Its faults sit under ICE, DTLS and SRTP, in its sockets. There it counts which packets it let through and which it
  dropped, and each NACK and PLI that came.
- **The picture and the connection**, by a script in the page: when frames were painted, when the connection said that it was in
  which state, and the browser's own counters, read after the last packet.
- **Arithmetic.** What an injected delay is to a round trip, and what RFC 3550 makes of delays that come and go. Connections that
  are renegotiated are two in one page: each packet is followed with forty looks where the SDK has one.

The cost of polling is the time of the page's main thread with the SDK, less that of the same page without it.

Each case is played once, in the order of the table; bitrates are the declared peaks, weighted by the media seconds that
were painted. Crowds are attached players of a silent sound, up to 50 in a page, each with the whole SDK.

## What a browser does not tell

${limits.map((limit) => `- ${limit}`).join('\n')}
`;
}

function cells({ figure, protocol, browser, cases, median, worst, held }: Row): string[] {
  const { title, tolerance } = figures[figure];
  const errors = [median, worst].map((error) => errorText(error, tolerance));
  return [
    title,
    protocol,
    browserTitles[browser],
    String(cases),
    toleranceText(tolerance),
    ...errors,
    held ? 'held' : 'NOT HELD',
  ];
}

function toleranceText(tolerance: Tolerance): string {
  if (tolerance.kind === 'within') return `±${tolerance.most} ${tolerance.unit}`;
  return tolerance.kind === 'exact' ? 'exact' : `right in ${tolerance.least} %`;
}

function errorText(error: number, tolerance: Tolerance): string {
  if (tolerance.kind !== 'within') return String(error);
  const rounded = error.toFixed(1).replace('-0.0', '0.0');
  return `${error >= 0.05 ? '+' : ''}${rounded} ${tolerance.unit}`;
}
