/** The code of docs/guides/public-endpoint.md as it stands there: back ends that give tokens, and a page that plays with one. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import type { Express } from 'express';
import type { FastifyInstance } from 'fastify';
import { startStage } from '../drill/stage.ts';
import { browserArgs, findBrowser } from '../scripts/browser.ts';
import { pageCode } from '../scripts/page-code.ts';
import type { Jaeger } from './jaeger.ts';
import type { Query } from './query.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';
import { until } from './until.ts';

export type Gateway = {
  /** Where players send to. */
  readonly endpoint: string;
  /** Where servers send to. */
  readonly inside: string;
  readonly query: Query;
  readonly jaeger: Jaeger;
};

const guide = 'docs/guides/public-endpoint.md';
const folder = 'build/public-endpoint';
const streamId = 'page-with-token';

/** @param privateKey PEM of a key that the gateway knows. */
export async function tokenPageRows(privateKey: string, { endpoint, inside, query, jaeger }: Gateway): Promise<Row[]> {
  process.env.VIEWER_KEY = privateKey;
  mkdirSync(folder, { recursive: true });
  const express = (await example("from 'express'", 'express.ts', 'export { app };')) as { app: Express };
  const fastify = (await example("from 'fastify'", 'fastify.ts', 'export { app };')) as { app: FastifyInstance };
  const { token } = (
    await fastify.app.inject({ method: 'POST', url: '/viewer-token', payload: { streamId, sessionId: 'it' } })
  ).json();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const { status } = await fetch(`${endpoint}/v1/metrics`, { method: 'POST', headers, body: '{}' });

  const demo = await startStage({ players: endpoint, servers: inside, streamId });
  const player = `import Hls from 'hls.js';
    const hls = new Hls();
    hls.loadSource('${demo.originUrl}/live/master.m3u8');
    hls.attachMedia(document.querySelector('video')!);`;
  const block = blockWith('attach(')
    .replace('https://telemetry.example.com', endpoint)
    .replaceAll('main-stage', streamId);
  writeFileSync(join(folder, 'page.ts'), `${player}\n${block}`);
  const code = await pageCode(join(folder, 'page.ts'));
  express.app.get('/', (_, response) =>
    response
      .type('html')
      .send('<link rel="icon" href="data:,"><video muted autoplay></video><script src="/page.js"></script>'),
  );
  express.app.get('/page.js', (_, response) => response.type('js').send(code));
  const site = express.app.listen(0);
  const executablePath = findBrowser();
  const browser = await chromium.launch({ args: [...browserArgs], ...(executablePath && { executablePath }) });
  try {
    const page = await browser.newPage();
    const answers: number[] = [];
    page.on('response', (answer) => {
      if (answer.url().startsWith(endpoint)) answers.push(answer.status());
    });
    await page.goto(`http://localhost:${(site.address() as AddressInfo).port}/`);
    const presence = () => query(`livestream_viewer_presence_seconds_total{stream_id="${streamId}"}`);
    const startup = () =>
      jaeger.search({ service: 'web-player', operation: 'livestream.player.startup', tags: { 'stream.id': streamId } });
    const isThere = async () => (await presence()).length > 0 && (await startup()).length > 0;
    await until('a page with a token is in both stores', 90_000, isThere).catch(() => {});
    return [
      fact('a token of the guide’s Fastify back end', '200', String(status)),
      fact('a page with the guide’s lines: presence', 'stored', (await presence()).length > 0 ? 'stored' : 'missing'),
      fact('its startup, as a trace', 'stored', (await startup()).length > 0 ? 'stored' : 'missing'),
      fact('what it was answered', '200', [...new Set(answers)].sort().join(', ')),
    ];
  } finally {
    await browser.close();
    site.close();
    await demo.close();
  }
}

/** Runs an example of the guide, with a line behind it. */
async function example(mark: string, file: string, more: string): Promise<unknown> {
  const path = resolve(folder, file);
  writeFileSync(path, `${blockWith(mark)}\n${more}\n`);
  return import(path);
}

function blockWith(mark: string): string {
  const blocks = [...readFileSync(guide, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const found = blocks.find((code) => code.includes(mark));
  if (found === undefined) throw new Error(`${guide}: expected an example with ${mark}, found none.`);
  return found;
}
