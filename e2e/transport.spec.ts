/**
 * The transport and the page lifecycle in a real browser, against a receiver on another origin. What needs no browser is
 * in the unit tests of src/transport and src/page.
 */
import type { Page } from '@playwright/test';
import { chromium, expect, test as plain } from '@playwright/test';
import type { kit } from './transport/page.ts';
import { listen, receiver } from './transport/receiver.ts';
import { bundle, site } from './transport/site.ts';

declare const playscopeKit: typeof kit;
/** What these stories keep in the page. */
declare const window: Window &
  typeof globalThis & {
    link: ReturnType<typeof kit.transport>;
    reasons: string[];
    pending: { signal: 'metrics' | 'traces'; body: string }[];
    rejections: string[];
    sameDocument?: boolean;
    report(): void;
  };

const test = plain.extend<
  { collector: Awaited<ReturnType<typeof receiver>>; player: Awaited<ReturnType<typeof site>> },
  { script: string }
>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from its parameter.
  script: [async ({}, use) => use(await bundle()), { scope: 'worker' }],
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  collector: async ({}, use) => {
    const collector = await receiver();
    await use(collector);
    await collector.close();
  },
  player: async ({ script }, use) => {
    const player = await site(script);
    await use(player);
    await player.close();
  },
});

/** Opens the page and joins a pipeline whose member reports what stands in `window.pending`. */
async function watch(page: Page, url: string, endpoint: string, reportEveryMs = 60_000) {
  await page.goto(url);
  await page.evaluate(
    ([endpoint, reportEveryMs]) => {
      window.reasons = [];
      window.pending = [];
      window.report = playscopeKit.join(
        {
          async collect(why, nextReportMs) {
            window.reasons.push(`${why} ${nextReportMs}`);
            const due = window.pending;
            window.pending = [];
            // The SDK's own collection takes a few microtasks too.
            for (let turn = 0; turn < 20; turn++) await undefined;
            return due;
          },
        },
        { endpoint, reportEveryMs, transport: playscopeKit.transport },
      ).report;
    },
    [endpoint, reportEveryMs] as const,
  );
}

const pend = (page: Page, signal: 'metrics' | 'traces', name: string) =>
  page.evaluate(
    ([signal, name]) => {
      const list = signal === 'metrics' ? 'resourceMetrics' : 'resourceSpans';
      window.pending.push({ signal, body: JSON.stringify({ [list]: [], name }) });
    },
    [signal, name] as const,
  );

const report = (page: Page) => page.evaluate(() => window.report());
const names = (collector: { arrivals: { text: string }[] }) =>
  collector.arrivals.map(({ text }) => (JSON.parse(text) as { name: string }).name);

const departures: Record<string, (page: Page, player: { url: string }) => Promise<unknown>> = {
  'a navigation': (page, { url }) => page.goto(`${url}/next`),
  'a navigation elsewhere': (page) => page.goto('about:blank'),
  'a reload': (page) => page.reload(),
  'closing the tab': (page) => page.close(),
};

for (const [how, leave] of Object.entries(departures)) {
  test(`${how} during an export loses nothing`, async ({ page, collector, player }) => {
    await watch(page, player.url, collector.url);
    collector.answer();
    await pend(page, 'metrics', 'in flight');
    await report(page);
    await expect.poll(() => names(collector)).toEqual(['in flight']);
    await pend(page, 'traces', 'last span');
    await pend(page, 'metrics', 'last metric');
    await leave(page, player);
    await expect.poll(() => names(collector).slice(1).sort()).toEqual(['in flight', 'last metric', 'last span']);
  });
}

test('an export that the collector never saw is not lost by leaving', async ({ page, collector, player }) => {
  await watch(page, player.url, collector.url);
  // The preflight never returns, so the body never leaves.
  collector.preflight(() => {});
  await pend(page, 'metrics', 'stuck');
  await report(page);
  await expect.poll(() => collector.preflights()).toBe(1);
  collector.preflight();
  await page.goto(`${player.url}/next`);
  await expect.poll(() => names(collector)).toContain('stuck');
});

test('200 kB of spans leave with the page, after the metrics, in requests under 60 KiB', async ({
  page,
  collector,
  player,
}) => {
  await watch(page, player.url, collector.url);
  const size = await page.evaluate(() => {
    const hex = (bytes: number) =>
      Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    const span = (index: number) => ({
      traceId: hex(16),
      spanId: hex(8),
      parentSpanId: hex(8),
      name: 'livestream.segment.fetch',
      kind: 3,
      startTimeUnixNano: `${Date.now() + Math.random()}000000`,
      attributes: ['session.id', 'view.id', 'stream.id', 'url.full', 'http.request.method', 'server.address'].map(
        (key) => ({ key, value: { stringValue: `${key} ${index} ${Math.random()}` } }),
      ),
    });
    const body = JSON.stringify({
      resourceSpans: [{ scopeSpans: [{ spans: Array.from({ length: 300 }, (_, index) => span(index)) }] }],
    });
    window.pending.push({ signal: 'traces', body });
    window.pending.push({
      signal: 'metrics',
      body: JSON.stringify({ resourceMetrics: [], filling: 'x'.repeat(5000) }),
    });
    return body.length;
  });
  expect(size).toBeGreaterThan(200_000);
  await page.goto(`${player.url}/next`);
  await expect
    .poll(() => new Set(collector.arrivals.flatMap(({ text }) => text.match(/"spanId":"\w+"/g) ?? [])).size)
    .toBe(300);
  expect(collector.arrivals.some(({ path }) => path === '/v1/metrics')).toBe(true);
  expect(Math.max(...collector.arrivals.map(({ bytes }) => bytes))).toBeLessThanOrEqual(61_440);
  expect(collector.arrivals.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(61_440);
});

test('a tab that is hidden and shown again and again loses nothing and sends nothing without end', async ({
  page,
  collector,
  player,
}) => {
  await watch(page, player.url, collector.url);
  const turns = 30;
  for (let turn = 0; turn < turns; turn++) {
    await pend(page, turn % 2 ? 'metrics' : 'traces', `turn ${turn}`);
    await page.evaluate(
      (hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event('visibilitychange'));
      },
      turn % 3 < 2,
    );
  }
  await report(page);
  await expect.poll(() => new Set(names(collector)).size).toBe(turns);
  // Twice is what was in flight at the moment of hiding, which could have been the end.
  for (let turn = 0; turn < turns; turn++) {
    expect(names(collector).filter((name) => name === `turn ${turn}`).length).toBeLessThanOrEqual(2);
  }
});

test('a page that returns from the back/forward cache carries on and has lost nothing', async ({
  collector,
  player,
  launchOptions,
}) => {
  const browser = await chromium.launch({
    ...launchOptions,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  try {
    const page = await browser.newPage();
    await watch(page, player.url, collector.url, 2000);
    await pend(page, 'metrics', 'before');
    await page.evaluate(() => {
      window.sameDocument = true;
    });
    await page.goto(`${player.url}/next`);
    await expect.poll(() => names(collector)).toEqual(['before']);
    await page.goBack({ waitUntil: 'commit' });
    expect(await page.evaluate(() => window.sameDocument)).toBe(true);
    await pend(page, 'metrics', 'after');
    await expect.poll(() => names(collector)).toEqual(['before', 'after']);
    // Never as hidden, which would announce another report. Twice, since the page is frozen after it has been left.
    const asked = await page.evaluate(() => window.reasons);
    expect(asked.filter((what) => !what.startsWith('tick'))).toEqual(['leave 0', 'leave 0']);
  } finally {
    await browser.close();
  }
});

test('a periodic export arrives compressed, one request at a time', async ({ page, collector, player }) => {
  await watch(page, player.url, collector.url, 1000);
  await pend(page, 'metrics', 'first');
  await expect.poll(() => collector.arrivals.map(({ path, gzip }) => [path, gzip])).toEqual([['/v1/metrics', true]]);
});

test('Cache-Control: no-store on the answers does not end the exports', async ({ page, collector, player }) => {
  collector.answer((response) =>
    response.writeHead(200, { 'cache-control': 'no-store', 'content-type': 'application/json' }).end('{}'),
  );
  await page.goto(player.url);
  await page.evaluate((endpoint) => {
    window.link = playscopeKit.transport({ endpoint });
    const filling = 'x'.repeat(8000);
    for (let index = 0; index < 50; index++) {
      const batch = { signal: 'metrics', body: JSON.stringify({ resourceMetrics: [], index, filling }) } as const;
      if (index % 2) window.link.send(batch);
      else window.link.leave([batch]);
    }
  }, collector.url);
  await expect.poll(() => new Set(collector.arrivals.map(({ text }) => text)).size).toBe(50);
});

test('the page may have used up the keepalive quota: what is left over follows as soon as it lives on', async ({
  page,
  collector,
  player,
}) => {
  collector.answer((response) => setTimeout(() => response.end(), 100));
  await page.goto(player.url);
  await page.evaluate((endpoint) => {
    fetch(`${endpoint}/v1/own`, { method: 'POST', body: 'x'.repeat(60_000), keepalive: true });
    window.link = playscopeKit.transport({ endpoint });
    for (const name of ['a', 'b']) {
      window.link.leave([{ signal: 'traces', body: JSON.stringify({ resourceSpans: [], name: name.repeat(9000) }) }]);
    }
  }, collector.url);
  await expect
    .poll(() => new Set(collector.arrivals.filter(({ path }) => path === '/v1/traces').map(({ text }) => text)).size)
    .toBe(2);
});

test('hours without a collector take no memory; when it comes up, the latest arrives, metrics first', async ({
  page,
  collector,
  player,
}) => {
  // Cut off at the preflight, so that no body gets through. A port that is closed may be another's by the end.
  collector.preflight((response) => response.destroy());
  await page.goto(player.url);
  const session = await page.context().newCDPSession(page);
  /** A thousand reports: close to three hours at the default period. */
  const reports = (from: number) =>
    page.evaluate(
      ([endpoint, from]) => {
        window.link ??= playscopeKit.transport({ endpoint });
        // The shortest pauses that the jitter can give.
        Math.random = () => 0.01;
        for (let index = from; index < from + 1000; index++) {
          const filling = `${index}`.repeat(4000);
          window.link.send({ signal: 'metrics', body: JSON.stringify({ resourceMetrics: [], index }) });
          window.link.send({ signal: 'traces', body: JSON.stringify({ resourceSpans: [], index, filling }) });
        }
      },
      [collector.url, from] as const,
    );
  const memory = async () => {
    await page.requestGC();
    const { usedSize, backingStorageSize = 0 } = (await session.send('Runtime.getHeapUsage')) as {
      usedSize: number;
      backingStorageSize?: number;
    };
    return (usedSize + backingStorageSize) / 1e6;
  };
  await reports(0);
  const early = await memory();
  for (let from = 1000; from < 5000; from += 1000) await reports(from);
  await expect.poll(async () => (await memory()) - early).toBeLessThan(1);
  expect(early).toBeLessThan(20);
  const lost = await page.evaluate(() => window.link.dropped());
  expect(lost.queue_full).toBe(10_000 - 100);

  expect(collector.arrivals).toHaveLength(0);
  collector.preflight();
  await expect.poll(() => collector.arrivals.length, { timeout: 20_000 }).toBe(100);
  const paths = collector.arrivals.map(({ path }) => path);
  expect(paths).toEqual([...paths].sort());
});

test('a refused CORS preflight and a redirect reach the page as nothing at all', async ({ page, player }) => {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  let preflights = 0;
  const refusing = await listen((_, response) => {
    preflights += 1;
    response.writeHead(403).end();
  });
  const redirecting = await listen((request, response) => {
    for (const name of ['origin', 'headers']) response.setHeader(`access-control-allow-${name}`, '*');
    response.writeHead(request.method === 'OPTIONS' ? 204 : 307, { location: '/elsewhere' }).end();
  });
  await page.goto(player.url);
  await page.evaluate(
    (endpoints) => {
      window.rejections = [];
      addEventListener('unhandledrejection', ({ reason }) => window.rejections.push(String(reason)));
      for (const endpoint of endpoints) {
        window.link = playscopeKit.transport({ endpoint });
        window.link.send({ signal: 'metrics', body: '{}' });
        window.link.leave([{ signal: 'traces', body: 'no JSON'.repeat(9000) }]);
        window.link.leave([{ signal: 'traces', body: '{}' }]);
      }
    },
    [refusing, redirecting].map(({ port }) => `http://127.0.0.1:${port}`),
  );
  await expect
    .poll(() => page.evaluate(() => window.link.dropped()))
    .toEqual({ queue_full: 0, refused: 2, too_large: 1, gave_up: 0 });
  // The other two are tried again.
  await expect.poll(() => preflights).toBeGreaterThan(2);
  expect(faults).toEqual([]);
  expect(await page.evaluate(() => window.rejections)).toEqual([]);
  await Promise.all([refusing.close(), redirecting.close()]);
});

test('a strict content security policy with connect-src alone is enough', async ({ page, collector, script }) => {
  const strict = await site(
    script,
    `default-src 'none'; script-src 'self'; img-src data:; connect-src ${collector.url}`,
  );
  await watch(page, strict.url, collector.url);
  const violations: string[] = [];
  page.on('console', (message) => violations.push(message.text()));
  await pend(page, 'metrics', 'compressed');
  await report(page);
  await expect.poll(() => names(collector)).toEqual(['compressed']);
  await pend(page, 'metrics', 'leaving');
  await page.goto(`${strict.url}/next`);
  await expect.poll(() => names(collector)).toContain('leaving');
  expect(violations).toEqual([]);
  await strict.close();
});
