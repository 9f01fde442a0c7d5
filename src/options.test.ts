// A wrong option is one sentence: which, what was expected, what came.
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { AttachOptions } from './options.ts';
import { settingsOf } from './options.ts';

const given = { endpoint: 'https://otel.example', streamId: 'demo' };
const settings = (options: Record<string, unknown>) => settingsOf({ ...given, ...options } as AttachOptions);
const tracerProvider = { getTracer() {} };
const meterProvider = { getMeter() {} };

afterEach(() => vi.unstubAllGlobals());

test('defaults are in their places', () => {
  expect(settings({})).toEqual({
    ...given,
    serviceName: 'web-player',
    viewerKind: 'real',
    reportEveryMs: 10_000,
    propagate: 'same-origin',
    sampleRatio: 1,
  });
});

test('undefined is as good as absent', () => {
  expect(settings({ serviceName: undefined, propagate: undefined, region: undefined })).toEqual(settings({}));
});

const wrong: [option: string, value: unknown, expected: string, received: string][] = [
  ['streamId', undefined, 'a text of 1 to 256 characters', 'undefined'],
  ['streamId', '', 'a text of 1 to 256 characters', '""'],
  ['streamId', ' ', 'a text of 1 to 256 characters', '" "'],
  ['streamId', 7, 'a text of 1 to 256 characters', '7'],
  ['streamId', 'x'.repeat(257), 'a text of 1 to 256 characters', `"${'x'.repeat(100)}"`],
  ['endpoint', undefined, 'an http or https URL', 'undefined'],
  ['endpoint', null, 'an http or https URL', 'null'],
  ['endpoint', 'otel.example', 'an http or https URL', '"otel.example"'],
  ['endpoint', 'ftp://otel.example', 'an http or https URL', '"ftp://otel.example"'],
  ['serviceName', 4n, 'a text of 1 to 256 characters', '4'],
  ['region', Symbol('eu'), 'a text of 1 to 256 characters', 'Symbol(eu)'],
  ['video', {}, 'a media element', '[object Object]'],
  ['video', 'video', 'a media element', '"video"'],
  ['viewerKind', 'robot', "'real' or 'synthetic'", '"robot"'],
  ['reportEveryMs', 999, 'a number of milliseconds from 1000 to 120000', '999'],
  ['reportEveryMs', '5000', 'a number of milliseconds from 1000 to 120000', '"5000"'],
  ['reportEveryMs', 120_001, 'a number of milliseconds from 1000 to 120000', '120001'],
  ['reportEveryMs', Number.NaN, 'a number of milliseconds from 1000 to 120000', 'NaN'],
  ['sampleRatio', 1.1, 'a number from 0 to 1', '1.1'],
  ['sampleRatio', Number.NaN, 'a number from 0 to 1', 'NaN'],
  ['propagate', 'cross-origin', "'same-origin', 'off', a list of origins or { header, query }", '"cross-origin"'],
  [
    'propagate',
    ['https://cdn.example/'],
    "'same-origin', 'off', a list of origins or { header, query }",
    '[object Array]',
  ],
  [
    'propagate',
    { query: ['cdn.example'] },
    "'same-origin', 'off', a list of origins or { header, query }",
    '[object Object]',
  ],
  [
    'propagate',
    { header: 'all', query: [] },
    "'same-origin', 'off', a list of origins or { header, query }",
    '[object Object]',
  ],
  ['propagate', ['cdn.example'], "'same-origin', 'off', a list of origins or { header, query }", '[object Array]'],
  ['headers', 'Authorization: x', 'an object of texts or a function', '"Authorization: x"'],
  ['headers', ['Authorization'], 'an object of texts or a function', '[object Array]'],
  ['headers', { authorization: 7 }, 'an object of texts or a function', '[object Object]'],
  ['redactUrl', 'yes', 'a function', '"yes"'],
  ['tracerProvider', {}, 'an OpenTelemetry TracerProvider', '[object Object]'],
  ['meterProvider', tracerProvider, 'an OpenTelemetry MeterProvider', '[object Object]'],
];

describe('says what is wrong', () => {
  test.each(wrong)('%s: %s', (option, value, expected, received) => {
    expect(settings({ [option]: value })).toBe(
      `playscope: ${option} must be ${expected}, received ${received}. Nothing is measured.`,
    );
  });

  test.each(wrong)('%s: %s, on a page with a base URL', (option, value) => {
    vi.stubGlobal('document', { baseURI: 'https://site.example/watch' });
    if (option === 'endpoint' && value === 'otel.example') expect(settings({ endpoint: value })).toBeTypeOf('object');
    else expect(settings({ [option]: value })).toContain(`${option} must be`);
  });

  test.each([undefined, null, 'demo', () => {}])('options that are %s', (options) => {
    expect(settingsOf(options as never)).toMatch(/^playscope: options must be an object, received [^.]+\. Nothing/);
  });
});

test.each<[string, unknown]>([
  ['endpoint', 'http://localhost:4318/otel'],
  ['reportEveryMs', 1000],
  ['sampleRatio', 0],
  ['propagate', 'off'],
  ['propagate', []],
  ['propagate', { query: ['https://cdn.example'] }],
  ['propagate', { header: 'off', query: [] }],
  ['propagate', ['https://cdn.example', 'http://localhost:8081']],
  ['headers', { authorization: 'x' }],
  ['headers', async () => ({})],
  ['redactUrl', String],
  ['tracerProvider', tracerProvider],
])('%s may be %s', (option, value) => {
  expect(settings({ [option]: value })).toMatchObject({ [option]: value });
});

test('an endpoint may be a path of the page', () => {
  vi.stubGlobal('document', { baseURI: 'https://site.example/watch' });
  expect(settings({ endpoint: '/otel' })).toMatchObject({ endpoint: '/otel' });
});

test('with both providers there is no need of an endpoint, with one there is', () => {
  expect(settingsOf({ streamId: 'demo', tracerProvider, meterProvider } as never)).toBeTypeOf('object');
  expect(settingsOf({ streamId: 'demo', tracerProvider } as never)).toContain('endpoint must be');
});

test('where nothing is sent by us, the page brings both providers, and no endpoint', () => {
  expect(settingsOf({ streamId: 'demo', tracerProvider, meterProvider } as never, false)).toBeTypeOf('object');
  expect(settingsOf({ streamId: 'demo', endpoint: 'https://otel.example' } as never, false)).toContain(
    'tracerProvider must be',
  );
  expect(settingsOf({ streamId: 'demo', tracerProvider } as never, false)).toContain('meterProvider must be');
});
