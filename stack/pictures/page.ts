/** A dashboard: its panels where its file puts them. */
import { drawChart } from './chart.ts';
import type { Drawn, DrawnPanel } from './drawn.ts';
import './style.css';
import { withUnit } from './units.ts';

const { panels, title, ...time } = (globalThis as unknown as { drawn: Drawn }).drawn;
const main = document.querySelector('main') as HTMLElement;
const clock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 19);

const head = add(main, 'header');
add(head, 'h1', title);
add(head, 'p', `${clock(time.from)} to ${clock(time.to)} UTC`);
const grid = add(main, 'div', '', 'grid');
for (const panel of panels) draw(panel);

function draw(panel: DrawnPanel) {
  const { x, y, w, h } = panel.gridPos;
  const box = add(grid, 'section');
  box.style.gridArea = `${y + 1} / ${x + 1} / span ${h} / span ${w}`;
  const heading = add(box, 'h2', panel.title);
  if (panel.leadsToTraces) add(heading, 'span', 'Traces ↗');
  if (panel.type === 'stat') drawNumber(box, panel);
  else if (panel.type === 'table') drawTable(box, panel);
  else {
    const host = add(box, 'div', '', 'chart');
    // First, as the chart has what it leaves.
    drawLegend(box, panel);
    drawChart(host, panel, time);
  }
}

/** The largest of the time that is shown: at its end everybody has gone. */
function drawNumber(box: HTMLElement, { lines, unit }: DrawnPanel) {
  const most = Math.max(0, ...lines.flatMap(({ values }) => values.map(([, value]) => value)));
  add(box, 'strong', withUnit(unit, Math.round(most)));
  add(box, 'small', 'at the peak');
}

function drawLegend(box: HTMLElement, { lines }: DrawnPanel) {
  const list = add(box, 'ul');
  for (const [i, { name }] of lines.entries())
    add(list, 'li', name).style.setProperty('--line', `var(--line-${i % 10})`);
}

function drawTable(box: HTMLElement, { rows }: DrawnPanel) {
  const table = add(box, 'table');
  const heads = add(table, 'tr');
  for (const name of ['Trace ID', 'Trace name', 'Start time', 'Duration ↓']) add(heads, 'th', name);
  for (const { traceId, name, startedAt, durationMs } of rows) {
    const row = add(table, 'tr');
    add(row, 'td', traceId, 'id');
    add(row, 'td', name);
    add(row, 'td', new Date(startedAt).toISOString().replace('T', ' ').slice(0, 23));
    add(row, 'td', withUnit('ms', durationMs));
  }
}

function add<T extends keyof HTMLElementTagNameMap>(to: HTMLElement, tag: T, text = '', name = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  to.append(made);
  return made;
}
