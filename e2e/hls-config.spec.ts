// The page's own hls.js settings keep working while they are watched, and what they do is measured. The stream comes from
// the page's own origin, so that any header may be sent; what was sent is read where it arrived.
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { countsWhatTheEdgeSaw } from './edge-counts.ts';
import type { Stage } from './stage.ts';
import { test } from './stage.ts';

// The question needs an instant in which no request is under way.
const patience = { timeout: 20_000, intervals: [50] };

/** Waits until the page's hook was called so often for every request that arrived, and for no other. */
async function calledPerRequest(page: Page, { edge }: Stage, times: number): Promise<void> {
  await expect
    .poll(async () => (await page.evaluate(() => window.calls)) - times * edge.asked().length, patience)
    .toBe(0);
}

const hooks: Record<string, { prepare: () => void; perRequest: number; header?: string }> = {
  'that sets a header': {
    prepare() {
      window.calls = 0;
      const xhrSetup = (xhr: XMLHttpRequest, url: string) => {
        window.calls += 1;
        xhr.open('GET', url, true);
        xhr.setRequestHeader('x-ticket', 'green');
      };
      window.prepared = { own: { xhrSetup } };
    },
    perRequest: 1,
    header: 'green',
  },
  'that throws before the request is opened, so that hls.js calls it again': {
    prepare() {
      window.calls = 0;
      const xhrSetup = (xhr: XMLHttpRequest) => {
        window.calls += 1;
        xhr.setRequestHeader('x-ticket', 'second');
      };
      window.prepared = { own: { xhrSetup } };
    },
    perRequest: 2,
    header: 'second',
  },
  'that is asynchronous': {
    prepare() {
      window.calls = 0;
      const xhrSetup = async (xhr: XMLHttpRequest, url: string) => {
        window.calls += 1;
        await new Promise(requestAnimationFrame);
        xhr.open('GET', url, true);
        xhr.setRequestHeader('x-ticket', 'late');
      };
      window.prepared = { own: { xhrSetup } };
    },
    perRequest: 1,
    header: 'late',
  },
};

for (const [what, { prepare, perRequest, header }] of Object.entries(hooks)) {
  test(`an xhrSetup ${what} is called as often with us as without`, async ({ stage, page }) => {
    const player = stage.players(page);
    await player.open({ source: stage.edge.source, prepare, own: { startLevel: 0 } });
    // A switch would abort requests, before or after they have left.
    await page.evaluate(() => {
      window.hls.autoLevelCapping = 0;
    });
    await player.playing(2);
    await calledPerRequest(page, stage, perRequest);
    expect(new Set(stage.edge.asked().map(({ headers }) => headers['x-ticket']))).toEqual(new Set([header]));
    await countsWhatTheEdgeSaw(player, stage);
    await player.detach();
    // From here on the player is alone with its page.
    const asked = stage.edge.asked().length;
    await expect.poll(() => stage.edge.asked().length, { timeout: 15_000 }).toBeGreaterThan(asked + 2);
    await calledPerRequest(page, stage, perRequest);
    expect(player.complaints).toEqual([]);
  });
}

test('an xhrSetup that always throws fails its requests with us as without', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({
    source: stage.edge.source,
    prepare() {
      window.calls = 0;
      const xhrSetup = (_: XMLHttpRequest, url: string) => {
        window.calls += 1;
        if (url.endsWith('.m3u8')) return;
        throw new Error('no ticket');
      };
      window.prepared = { own: { xhrSetup, fragLoadPolicy: { default: { maxLoadTimeMs: 9000, errorRetry: null } } } };
    },
  });
  const { state, errors } = await player.until((snapshot) => snapshot.state === 'failed');
  expect(state).toBe('failed');
  expect(errors.fatal).not.toBeNull();
  expect(stage.edge.asked().filter(({ path }) => path.endsWith('.m4s'))).toEqual([]);
});

test('progressive: the fetch loader is measured too', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({ source: stage.edge.source, own: { progressive: true }, attachAfter: 'load' });
  await player.playing(3);
  await countsWhatTheEdgeSaw(player, stage);
  const { requests } = await player.snapshot();
  expect(requests.bytes).toBeGreaterThan(50_000);
  const span = await stage.collector.span(
    'livestream.segment.fetch',
    ({ attributes }) => attributes['object.type'] === 'video',
  );
  expect(span.attributes['fetch.result']).toBe('ok');
  expect(span.attributes.ttfb_s).toBeGreaterThan(0);
});

for (const mode of ['query', 'header'] as const) {
  test(`CMCD by ${mode} arrives as before`, async ({ stage, page }) => {
    const player = stage.players(page);
    const cmcd = {
      sessionId: '6e2fb550-c457-11e9-bb97-0800200c9a66',
      contentId: 'demo',
      useHeaders: mode === 'header',
    };
    await player.open({ source: stage.edge.source, own: { cmcd } });
    await player.playing(3);
    await countsWhatTheEdgeSaw(player, stage);
    const asked = stage.edge.asked();
    const said = asked.map(({ query, headers }) =>
      mode === 'query' ? (query.get('CMCD') ?? '') : `${headers['cmcd-session']},${headers['cmcd-object']}`,
    );
    expect(said.filter((text) => !text.includes(`sid="${cmcd.sessionId}"`))).toEqual([]);
    const segments = said.filter((_, index) => asked[index]?.path.includes('/seg-'));
    expect(segments.filter((text) => !/\bot=(v|a|av)\b/.test(text))).toEqual([]);
    const span = await stage.collector.span('livestream.segment.fetch');
    expect(String(span.attributes['url.full'])).not.toContain(cmcd.sessionId);
  });
}

test('a loader of the page that knows no setup hooks: one attempt per load is measured', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open({
    source: stage.edge.source,
    prepare() {
      type Context = import('hls.js').LoaderContext;
      type Callbacks = import('hls.js').LoaderCallbacks<Context>;
      class OwnLoader {
        stats = {
          aborted: false,
          loaded: 0,
          retry: 0,
          total: 0,
          chunkCount: 0,
          bwEstimate: 0,
          loading: { start: 0, first: 0, end: 0 },
          parsing: { start: 0, end: 0 },
          buffering: { start: 0, first: 0, end: 0 },
        };
        context: Context | null = null;
        leave = new AbortController();
        destroy() {
          this.leave.abort();
        }
        abort() {
          this.leave.abort();
        }
        async load(context: Context, _: unknown, { onSuccess, onError }: Callbacks) {
          this.context = context;
          const { loading } = this.stats;
          loading.start = performance.now();
          try {
            const answer = await fetch(context.url, { signal: this.leave.signal });
            loading.first = performance.now();
            const data = await (context.responseType === 'arraybuffer' ? answer.arrayBuffer() : answer.text());
            loading.end = performance.now();
            this.stats.loaded = typeof data === 'string' ? data.length : data.byteLength;
            this.stats.total = this.stats.loaded;
            onSuccess({ url: answer.url, data, code: answer.status }, this.stats, context, answer);
          } catch (error) {
            if (!this.leave.signal.aborted) onError({ code: 0, text: String(error) }, context, null, this.stats);
          }
        }
      }
      window.prepared = { own: { loader: OwnLoader } };
    },
  });
  await player.playing(3);
  await countsWhatTheEdgeSaw(player, stage);
  const span = await stage.collector.span('livestream.segment.fetch');
  expect(span.attributes['fetch.result']).toBe('ok');
  expect(player.complaints).toEqual([]);
});

test('a traceparent that the page sets itself goes out alone; elsewhere ours does', async ({ stage, page }) => {
  const player = stage.players(page);
  const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await player.open({
    source: stage.edge.source,
    prepare() {
      const xhrSetup = (xhr: XMLHttpRequest, url: string) => {
        xhr.open('GET', url, true);
        const ticket = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
        if (url.includes('/audio/')) xhr.setRequestHeader('traceparent', ticket);
      };
      window.prepared = { own: { xhrSetup } };
    },
  });
  await player.playing(3);
  const sent = stage.edge
    .asked()
    .map(({ path, headers }) => ({ isAudio: path.includes('/audio/'), traceparent: headers.traceparent }));
  const audio = sent.filter(({ isAudio }) => isAudio).map(({ traceparent }) => traceparent);
  expect(audio.length).toBeGreaterThan(2);
  expect(new Set(audio)).toEqual(new Set([own]));
  const ours = sent.filter(({ isAudio }) => !isAudio).flatMap(({ traceparent }) => traceparent ?? []);
  expect(ours.length).toBeGreaterThan(2);
  expect(new Set(ours).size).toBe(ours.length);
  expect(ours.filter((value) => typeof value !== 'string' || !/^00-\w{32}-\w{16}-01$/.test(value))).toEqual([]);
});

test('recoverMediaError goes on with the same viewing', async ({ stage, page }) => {
  const player = stage.players(page);
  await player.open();
  const { times } = await player.playing(2);
  await page.evaluate(() => {
    window.hls.recoverMediaError();
    window.video.play().catch(() => {});
  });
  const { plays, startup, errors } = await player.until(
    (snapshot) => snapshot.times.playing > times.playing + 2 && snapshot.state === 'playing',
  );
  expect({ plays, result: startup.result, errors }).toEqual({
    plays: 1,
    result: 'started',
    errors: { count: 0, fatal: null },
  });
  await player.detach();
  await stage.collector.span('livestream.player.session', ({ attributes }) => attributes['view.final'] === true);
  const views = new Set((await stage.collector.spans()).map(({ attributes }) => attributes['view.id']));
  expect(views.size).toBe(1);
});
