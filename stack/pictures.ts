/** Draws the dashboards as their files lay them out, from what their own queries find, and takes a picture of each. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { build } from 'vite';
import { browserArgs, findBrowser } from '../scripts/browser.ts';
import type { Jaeger } from './jaeger.ts';
import type { Dashboard, Panel } from './panels.ts';
import { answersOf } from './panels.ts';
import type { Drawn, DrawnPanel } from './pictures/drawn.ts';
import { ranging, stepSec } from './query.ts';

export type Sources = {
  /** Base URL of the metrics store. */
  readonly store: string;
  readonly jaeger: Jaeger;
  /** What is shown: Unix seconds. */
  readonly from: number;
  readonly to: number;
};

// As many as the panel shows, the longest first.
const mostTraces = 17;

/** Writes `dashboard-NAME.png` for each into a folder. */
export async function takePictures(dashboards: readonly Dashboard[], sources: Sources, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const [script, style] = await built();
  const sessionId = await stalledSession(sources);
  const executablePath = findBrowser();
  const browser = await chromium.launch({ args: [...browserArgs], ...(executablePath && { executablePath }) });
  try {
    for (const dashboard of dashboards) {
      const drawn = await drawnOf(dashboard, sources, sessionId);
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, timezoneId: 'UTC' });
      await page.setContent(`<!doctype html><html lang="en"><style>${style}</style><main></main></html>`);
      await page.evaluate((data) => Object.assign(globalThis, { drawn: data }), drawn);
      await page.addScriptTag({ content: script });
      const path = join(folder, `dashboard-${dashboard.file.replace(/\.json$/, '')}.png`);
      await page.locator('main').screenshot({ path });
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

async function drawnOf({ title, panels }: Dashboard, sources: Sources, sessionId: string): Promise<Drawn> {
  const { from, to } = sources;
  return {
    title,
    from,
    to,
    stepSec,
    panels: await Promise.all(panels.map((panel) => drawnPanel(panel, sources, sessionId))),
  };
}

async function drawnPanel(panel: Panel, { store, jaeger, from, to }: Sources, sessionId: string): Promise<DrawnPanel> {
  const { type, gridPos, fieldConfig } = panel;
  const { unit = 'short', thresholds, links } = fieldConfig?.defaults ?? {};
  const answers = await answersOf(panel, ranging(store, from, to));
  const limit = thresholds?.steps.find(({ color, value }) => color === 'red' && value !== null)?.value;
  return {
    ...{ type, gridPos, unit, title: panel.title.replace('$session', sessionId) },
    ...{ limit: limit ?? null, leadsToTraces: links !== undefined },
    lines: answers
      .flatMap(({ legend, lines }) =>
        lines.map(({ labels, values }) => ({
          name: legend.replace(/\{\{(\w+)\}\}/g, (_, label) => labels[label] ?? '').trim() || panel.title,
          values,
        })),
      )
      .sort((a, b) => a.name.localeCompare(b.name)),
    rows: type === 'table' ? await tracesOf(sessionId, jaeger, from, to) : [],
  };
}

/** The one whose picture stood longest: its story is worth a picture. */
async function stalledSession({ jaeger, from, to }: Sources): Promise<string> {
  const operation = 'livestream.player.stall';
  const found = await jaeger.search({ service: 'web-player', operation, from: from * 1000, to: to * 1000 });
  const stalls = found.flat().filter(({ name }) => name === operation);
  const [longest] = stalls.sort((a, b) => b.durationMs - a.durationMs);
  return String(longest?.attributes['session.id'] ?? 'nobody');
}

async function tracesOf(sessionId: string, jaeger: Jaeger, from: number, to: number) {
  const tags = { 'session.id': sessionId };
  const found = await jaeger.search({ service: 'web-player', tags, from: from * 1000, to: to * 1000 });
  const whole = found.flatMap((spans) => {
    const [first] = [...spans].sort((a, b) => a.startedAt - b.startedAt);
    return first === undefined ? [] : { first, spans };
  });
  return whole
    .map(({ first, spans }) => ({
      ...{ traceId: first.traceId, name: `${first.service}: ${first.name}`, startedAt: first.startedAt },
      durationMs: Math.max(...spans.map(({ startedAt, durationMs }) => startedAt + durationMs)) - first.startedAt,
    }))
    .sort((a, b) => b.durationMs - a.durationMs)
    .slice(0, mostTraces);
}

/** The page's script and style. */
async function built(): Promise<[script: string, style: string]> {
  const lib = { entry: join(import.meta.dirname, 'pictures/page.ts'), formats: ['iife' as const], name: 'page' };
  const made = await build({ configFile: false, logLevel: 'error', build: { write: false, lib } });
  const files = [made].flat().flatMap((each) => ('output' in each ? each.output : []));
  const text = (suffix: string) =>
    files
      .map((file) => (!file.fileName.endsWith(suffix) ? '' : 'code' in file ? file.code : String(file.source)))
      .join('');
  return [text('.js'), text('.css')];
}
