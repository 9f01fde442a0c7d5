// The page of a report: the verdict, the figures, what changed over time, and each viewer.
import 'uplot/dist/uPlot.min.css';
import './style.css';
import { figures, stallsOf } from '../figures.ts';
import type { Moment } from '../moment.ts';
import { shownAs } from '../quantities.ts';
import type { WatchReport } from '../report.ts';
import { drawChart } from './chart.ts';

const report: WatchReport = JSON.parse(document.querySelector('#report')?.textContent ?? '');
const main = document.querySelector('main') as HTMLElement;
const words = { passed: 'Passed', failed: 'Failed', 'not started': 'Not started' } as const;

function add<Name extends keyof HTMLElementTagNameMap>(
  to: HTMLElement,
  name: Name,
  text = '',
  className = '',
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), { textContent: text, className });
  to.append(element);
  return element;
}

function table(to: HTMLElement, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const made = add(add(to, 'div', '', 'wide'), 'table');
  const titles = add(add(made, 'thead'), 'tr');
  for (const title of head) add(titles, 'th', title);
  const body = add(made, 'tbody');
  for (const row of rows) {
    const line = add(body, 'tr');
    for (const cell of row) add(line, 'td', cell);
  }
}

const { plan, verdict, viewers, expectations } = report;
const header = add(main, 'header');
add(header, 'p', words[verdict], `verdict ${verdict.replace(' ', '-')}`);
add(header, 'h1', report.url);
const facts = [
  report.protocol,
  `${plan.viewers + plan.light} viewers`,
  `${Math.round(report.durationSec)} s`,
  plan.browser,
  plan.network && `network ${plan.network}`,
  plan.cpu && `processor ${plan.cpu} times slower`,
  plan.region,
  new Date(report.startedAt).toLocaleString(),
];
add(header, 'p', facts.filter(Boolean).join(' · '), 'facts');
if (report.problem) add(header, 'p', report.problem, 'problem');

if (expectations.length > 0) {
  const section = add(main, 'section');
  add(section, 'h2', 'Expectations');
  const list = add(section, 'ul', '', 'expectations');
  for (const { text, holds, message } of expectations) {
    const item = add(list, 'li', '', holds ? 'holds' : 'fails');
    add(item, 'code', text);
    add(item, 'span', message);
  }
}

const charts: readonly {
  title: string;
  unit: 'count' | 'seconds' | 'bitrate';
  lines: readonly (keyof Moment)[];
}[] = [
  { title: 'Viewers', unit: 'count', lines: ['playing', 'stalled', 'failed'] },
  { title: 'Segment fetch, p95 of 10 s', unit: 'seconds', lines: ['fetchP95Sec'] },
  { title: 'Live latency, median', unit: 'seconds', lines: ['liveLatencyP50Sec'] },
  { title: 'Stalls and errors so far', unit: 'count', lines: ['stalls', 'errors'] },
];
const grid = add(main, 'section', '', 'charts');
for (const { title, unit, lines } of charts) {
  const seen = lines.filter((name) => report.timeline.some((moment) => moment[name] !== null));
  if (seen.length === 0) continue;
  const figure = add(grid, 'figure');
  add(figure, 'figcaption', title);
  drawChart(add(figure, 'div'), { unit, timeline: report.timeline, lines: seen });
}

const numbers = add(main, 'section');
add(numbers, 'h2', 'Figures');
const known = Object.entries(report.figures).filter(([, value]) => value !== null);
table(
  numbers,
  ['figure', 'value', 'what'],
  known.map(([name, value]) => {
    const { unit = 'count', meaning = '' } = figures[name] ?? {};
    return [name, shownAs(unit, value), meaning];
  }),
);

const people = add(main, 'section');
add(people, 'h2', 'Viewers');
table(
  people,
  ['viewer', 'in', 'result', 'startup', 'stalls', 'stalled', 'errors', 'problem', 'session.id'],
  viewers.map(({ number, kind, result, figures: of, problem, sessionId }) => [
    String(number),
    kind === 'browser' ? 'a browser' : 'no browser',
    result,
    shownAs('seconds', of?.startup.durationSec ?? null),
    shownAs('count', of ? stallsOf(of) : null),
    shownAs('seconds', of?.stalls.durationSec ?? null),
    shownAs('count', of?.errors.count ?? null),
    problem ?? '',
    sessionId ?? '',
  ]),
);
