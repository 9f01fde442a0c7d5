import type { Fault } from './fault-buttons.ts';

/** What can be broken at the SFU, for one viewer: `path` is where the faults find it. */
export const sfuFaults = (path: () => string): readonly Fault[] => [
  {
    label: 'Lose 5 % of the packets',
    expect: 'For 90 s. Hardly a flaw in the picture, as what is lost is sent again; the alert above 3 % goes off.',
    order: () => ({ match: path(), effect: 'loss', value: 0.05, durationMs: 90_000 }),
  },
  {
    label: 'Lose 20 % of the packets',
    expect: 'For 90 s. Sound is made up where none arrived; the picture freezes where the repair comes late.',
    order: () => ({ match: path(), effect: 'loss', value: 0.2, durationMs: 90_000 }),
  },
  {
    label: 'Freeze the picture for 8 s',
    expect: 'One stall with cause webrtc while the sound goes on; then a key frame is asked for.',
    order: () => ({ match: path(), effect: 'freeze', durationMs: 8000 }),
  },
  {
    label: 'Delay by 200 ms',
    expect: 'For 30 s the round trip takes 200 ms longer, and so does the picture.',
    order: () => ({ match: path(), effect: 'delay', value: 200, durationMs: 30_000 }),
  },
  {
    label: 'Cap at 150 kbit/s',
    expect: 'For 30 s more is sent than fits: loss, freezes, and a round trip of half a second.',
    order: () => ({ match: path(), effect: 'cap', value: 150_000, durationMs: 30_000 }),
  },
  {
    label: 'Kill the connection',
    expect: 'The SFU falls silent without a word. The browser needs some 15 s to find out; then connect again.',
    order: () => ({ match: path(), effect: 'kill' }),
  },
];
