import { expect, test } from 'vitest';
import { spanTitle, wordsFor } from './words.ts';

const told = (name: string, attributes: Record<string, unknown> = {}, durationMs = 180, error = false) => {
  const { headline, detail } = wordsFor({ name, attributes, durationMs, error });
  return [headline, detail].filter(Boolean).join(', ').replaceAll('\u00a0', ' ');
};

test('a stall says how long, why and where', () => {
  const attributes = { 'stall.cause': 'network', 'stall.duration_s': 3.2, 'playback.position_s': 412.34 };
  expect(told('livestream.player.stall', attributes, 3210)).toBe('Stalled 3.2 s, network, position 412.3 s');
  expect(told('livestream.player.stall', {}, 800)).toBe('Stalled 800 ms');
  const epoch = { 'playback.position_s': new Date('2026-07-01T20:14:05').getTime() / 1000 + 0.9 };
  expect(told('livestream.player.stall', epoch, 800)).toBe('Stalled 800 ms, at 20:14:05');
  expect(told('livestream.player.stall', { 'stall.cause': 'new_word' }, 800)).toBe('Stalled 800 ms, new_word');
});

test.each([
  [{ 'startup.result': 'started', 'startup.duration_s': 0.64 }, false, 'Started in 640 ms'],
  [{ 'startup.result': 'started', 'startup.duration_s': 7.2 }, false, 'Slow start, 7.2 s'],
  [{ 'startup.result': 'started', 'startup.duration_s': 0.64 }, true, 'Started in 640 ms, with a failed request'],
  [{ 'startup.result': 'left' }, true, 'Left after 4 s without a picture'],
  [{ 'startup.result': 'failed', 'error.type': 'manifest_parse' }, true, 'Start failed after 4 s, manifest parse'],
  [{ 'startup.result': 'not_asked' }, false, 'Loaded for 4 s, never played'],
])('a start with %j', (attributes, error, text) => {
  expect(told('livestream.player.startup', attributes, 4000, error)).toBe(text);
});

test('a failed fetch says which, and what the server said', () => {
  const attributes = {
    'segment.sequence': 412,
    'object.type': 'video',
    'http.response.status_code': 404,
    'error.type': 'http_404',
  };
  expect(told('livestream.segment.fetch', attributes, 180, true)).toBe('Segment 412 failed, HTTP 404 after 180 ms');
  const retried = { 'error.type': 'timeout', 'http.request.resend_count': 2 };
  expect(told('livestream.manifest.fetch', retried, 10_000, true)).toBe('Playlist failed, timeout after 10 s, retry 2');
  expect(told('livestream.segment.fetch', {}, 180, true)).toBe('Segment failed, no answer after 180 ms');
});

test('what nobody has foreseen still reads', () => {
  expect(told('some.new.span', {}, 1200)).toBe('some new span, 1.2 s');
  expect(told('livestream.origin.request', { 'http.response.status_code': 500 }, 20, true)).toBe(
    'Origin answered 500 in 20 ms, HTTP 500',
  );
});

test('spans are told from their neighbours', () => {
  const title = (name: string, attributes: Record<string, unknown>) => spanTitle({ name, attributes });
  expect(title('livestream.segment.fetch', { 'object.type': 'audio', 'segment.sequence': 7 })).toBe(
    'segment fetch audio #7',
  );
  expect(title('livestream.manifest.fetch', { 'object.type': 'manifest' })).toBe('manifest fetch');
});
