import type { Fault } from './fault-buttons.ts';

const keyFault: Fault = {
  label: 'Withhold keys for 12 s',
  expect: 'In hls.js a stall with cause key. In dash.js nothing: it asks for its licence once, at the start.',
  order: () => ({ match: '/encrypted/{key-*,licence}', effect: 'hang', durationMs: 12_000 }),
};

/** What can be broken at the origin, for the players of one of its streams. */
export const originFaults = (source: string): readonly Fault[] => [
  {
    label: 'Withhold segments for 8 s',
    expect: 'The buffer runs dry: one stall of a few seconds, cause network. Then the picture goes on.',
    order: () => ({ match: `/${source}/**/seg-*.m4s`, effect: 'hang', durationMs: 8000 }),
  },
  {
    label: 'Slow down to 300 kbit/s',
    expect: 'For 30 s fetches take longer and the player steps down to a smaller rendition.',
    order: () => ({ match: `/${source}/**/seg-*.m4s`, effect: 'throttle', value: 37_500, durationMs: 30_000 }),
  },
  {
    label: '404 on the next segment',
    expect: 'One failed request and one error that is not fatal. The player asks again and nobody notices.',
    order: () => ({ match: `/${source}/**/v*/seg-*.m4s`, effect: 'status', value: 404, count: 1, durationMs: 30_000 }),
  },
  {
    label: 'Stale playlist for 10 s',
    expect: 'No new segments are listed: a stall with cause live_edge, although every request succeeds.',
    order: () => ({ match: `/${source}/**`, effect: 'stale', durationMs: 10_000 }),
  },
  {
    label: 'Publish 8 s late',
    expect: 'For 30 s the encoder lags: one stall with cause live_edge, and a higher live latency behind it.',
    order: () => ({ match: `/${source}/**/seg-*.m4s`, effect: 'late', value: 8000, durationMs: 30_000 }),
  },
  {
    label: 'Slow uploads for 20 s',
    expect:
      'Each segment takes 5 s to upload: a stall with cause live_edge, and the trace of the publish says which step.',
    order: () => ({ match: `/${source}/**/seg-*.m4s`, effect: 'slow-upload', value: 5000, durationMs: 20_000 }),
  },
  ...(source === 'encrypted' ? [keyFault] : []),
];
