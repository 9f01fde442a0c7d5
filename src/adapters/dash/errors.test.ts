// By the names that dash.js itself gives its codes; the code of each version counts.
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { errorOf } from './errors.ts';
import { stubWindow } from './test-dash.ts';

type Codes = Readonly<Record<string, number>>;
type Module = { MediaPlayer: { errors: Codes }; Protection: { errors: Codes } };

let versions: Module[] = [];
beforeAll(async () => {
  stubWindow();
  versions = [await import('dashjs'), createRequire(import.meta.url)('dash4')] as unknown as Module[];
});
afterAll(() => vi.unstubAllGlobals());

/** The code of an error by its name without `_CODE`, and `_ERROR` before it. */
function codeOf(name: string): number {
  const codes = versions.map(({ MediaPlayer, Protection }) => {
    const all: Codes = { ...MediaPlayer.errors, ...Protection.errors };
    return all[`${name}_CODE`] ?? all[`${name}_ERROR_CODE`];
  });
  const [code, ...others] = codes as number[];
  expect(code, name).toBeTypeOf('number');
  expect(others, name).toEqual([code]);
  return code as number;
}

const told = (name: string, starting = false, data?: { response: { status: number } }) =>
  errorOf({ error: { code: codeOf(name), message: 'said', ...(data && { data }) } }, starting);

describe('told by the attempts of its request', () => {
  test.each([
    'XLINK_LOADER_LOADING_FAILURE',
    'SEGMENT_BASE_LOADER',
    'FRAGMENT_LOADER_LOADING_FAILURE',
    'DOWNLOAD_ERROR_ID_SIDX',
    'DOWNLOAD_ERROR_ID_CONTENT',
    'DOWNLOAD_ERROR_ID_INITIALIZATION',
    'DOWNLOAD_ERROR_ID_XLINK',
  ])('%s', (name) => {
    expect(told(name)).toBeUndefined();
    expect(told(name, true)).toBeUndefined();
  });
});

describe('the MPD', () => {
  test.each([
    'DOWNLOAD_ERROR_ID_MANIFEST',
    'MANIFEST_LOADER_LOADING_FAILURE',
  ])('%s: fatal where there was none yet, and nothing new later', (name) => {
    expect(told(name)).toBeUndefined();
    expect(told(name, true, { response: { status: 404 } })).toMatchObject({ errorType: 'http_404', fatal: true });
    expect(told(name, true, { response: { status: 0 } })).toMatchObject({ errorType: 'connection_failed' });
    expect(told(name, true)).toMatchObject({ errorType: 'connection_failed', fatal: true });
  });

  test('that cannot be read is fatal only at first: the one before goes on', () => {
    const errorType = 'manifest_parse';
    expect(told('MANIFEST_LOADER_PARSING_FAILURE', true)).toMatchObject({ errorType, fatal: true });
    expect(told('MANIFEST_LOADER_PARSING_FAILURE')).toMatchObject({ errorType, fatal: false });
  });
});

describe.each([true, false])('whether it starts (%s) or not', (starting) => {
  test.each([
    ['MANIFEST_ERROR_ID_PARSE', 'manifest_parse'],
    ['MANIFEST_ERROR_ID_NOSTREAMS', 'manifest_parse'],
    ['MANIFEST_ERROR_ID_MULTIPLEXED', 'media_unsupported'],
    ['CAPABILITY_MEDIASOURCE', 'media_unsupported'],
    ['CAPABILITY_MEDIAKEYS', 'media_unsupported'],
    ['MEDIA_KEYERR', 'drm'],
    ['MEDIA_KEY_MESSAGE', 'drm'],
    ['KEY_SYSTEM_ACCESS_DENIED', 'drm'],
    ['MEDIA_KEY_MESSAGE_LICENSER', 'drm'],
  ])('%s ends playback: %s', (name, errorType) => {
    expect(told(name, starting)).toEqual({ errorType, fatal: true, message: 'said' });
  });

  test.each([
    ['TIME_SYNC_FAILED', 'time_sync'],
    ['FRAGMENT_LOADER_NULL_REQUEST', 'player'],
    ['URL_RESOLUTION_FAILED_GENERIC', 'player'],
    ['APPEND', 'media_append'],
    ['REMOVE', 'player'],
    ['DATA_UPDATE_FAILED', 'player'],
    ['TIMED_TEXT_ERROR_ID_PARSE', 'player'],
    ['MEDIASOURCE_TYPE_UNSUPPORTED', 'media_unsupported'],
    ['SERVER_CERTIFICATE_UPDATED', 'drm'],
    ['KEY_STATUS_CHANGED_EXPIRED', 'drm'],
  ])('%s does not: %s', (name, errorType) => {
    expect(told(name, starting)).toEqual({ errorType, fatal: false, message: 'said' });
  });

  test.each([
    [1, 'aborted'],
    [2, 'media_network'],
    [3, 'media_decode'],
    [4, 'media_unsupported'],
    [5, 'drm'],
  ])('code %i of the element (MediaError) ends playback: %s', (code, errorType) => {
    expect(errorOf({ error: { code } }, starting)).toEqual({ errorType, fatal: true, message: '' });
  });

  test('one without a code is none that we know, and no end', () => {
    expect(errorOf({}, starting)).toEqual({ errorType: 'unknown', fatal: false, message: '' });
  });
});
