import { expect, test } from 'vitest';
import { protocolOf, typeByContent, typeByPath } from './request-type.ts';

test.each([
  ['GET', '/live/master.m3u8', 'manifest', 'hls'],
  ['GET', '/live/Manifest.MPD', 'manifest', 'dash'],
  ['HEAD', '/live/v540/seg-1.m4s', 'segment', undefined],
  ['GET', '/live/a.ts', 'segment', undefined],
  ['GET', '/live/v540/init.mp4', 'init', undefined],
  ['GET', '/live/video_init-2.m4s', 'init', undefined],
  ['GET', '/live/initial.mp4', 'segment', undefined],
  ['GET', '/live/aes.key', 'key', undefined],
  ['POST', '/drm/licence', 'key', undefined],
  ['GET', '/license-free/seg-1.m4s', 'segment', undefined],
  ['POST', '/whep/live', 'whep', 'webrtc'],
  ['DELETE', '/whep/live/7', 'whep', 'webrtc'],
  // What a publisher uploads, and what a browser asks before it asks, is nothing that a viewer waits for.
  ['PUT', '/live/v540/seg-1.m4s', 'other', undefined],
  ['OPTIONS', '/live/v540/seg-1.m4s', 'other', undefined],
] as const)('%s %s is of type %s', (method, path, type, protocol) => {
  expect(typeByPath(method, path)).toBe(type);
  expect(protocolOf(type, path)).toBe(protocol);
});

test.each([
  ['application/vnd.apple.mpegurl', 'manifest'],
  ['application/dash+xml; charset=utf-8', 'manifest'],
  ['video/mp2t', 'segment'],
  ['application/sdp', 'whep'],
  ['text/html', 'other'],
  [undefined, 'other'],
] as const)('a path that says nothing, with %s, is of type %s', (contentType, type) => {
  expect(typeByPath('GET', '/live/channel/7')).toBeUndefined();
  expect(typeByContent(contentType)).toBe(type);
});
