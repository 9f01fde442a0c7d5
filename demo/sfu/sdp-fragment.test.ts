import { expect, test } from 'vitest';
import { readFragment, withCredentials, writeFragment } from './sdp-fragment.ts';

const candidate = 'candidate:1 1 udp 2116026367 127.0.0.1 43500 typ host';
const sdp = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:secret',
  `a=${candidate}`,
  'a=end-of-candidates',
  'a=mid:7',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:secret',
  'a=mid:8',
  '',
].join('\r\n');

test('a fragment says what a description says of ICE, once, and reads back', () => {
  const fragment = writeFragment(sdp);
  expect(fragment.split('\r\n')).toEqual([
    'a=ice-ufrag:abcd',
    'a=ice-pwd:secret',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'a=mid:7',
    `a=${candidate}`,
    'a=end-of-candidates',
    '',
  ]);
  expect(readFragment(fragment)).toEqual({ ufrag: 'abcd', pwd: 'secret', candidates: [{ candidate, sdpMid: '7' }] });
});

test('new credentials replace the old ones in every section, and the candidates go', () => {
  const next = withCredentials(sdp, { ufrag: 'new', pwd: 'word', candidates: [] });
  expect(next.match(/ice-ufrag:new/g)).toHaveLength(2);
  expect(next).not.toMatch(/abcd|secret|candidate/);
  expect(next).toContain('a=mid:8');
});

test('what has no credentials is no fragment', () => {
  expect(readFragment('')).toBeUndefined();
  expect(readFragment('a=ice-ufrag:abcd')).toBeUndefined();
});
