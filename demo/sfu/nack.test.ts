import { expect, test } from 'vitest';
import { GenericNack, RtcpPacketConverter, RtcpTransportLayerFeedback } from 'werift';
import { trimNack } from './nack.ts';

/** RTCP packets one behind the other, as a browser sends them: a NACK of these words, then a REMB. */
function receive(...words: [packet: number, mask: number][]): GenericNack {
  const nack = Buffer.alloc(12 + words.length * 4);
  nack.writeUInt32BE(((0x81cd << 16) | (2 + words.length)) >>> 0, 0);
  for (const [i, [packet, mask]] of words.entries()) {
    nack.writeUInt16BE(packet, 12 + i * 4);
    nack.writeUInt16BE(mask, 14 + i * 4);
  }
  const remb = Buffer.from('8fce0005000000010000000052454d42010a0b0c00000007', 'hex');
  const [packet] = RtcpPacketConverter.deSerialize(Buffer.concat([nack, remb]));
  const feedback = packet instanceof RtcpTransportLayerFeedback ? packet.feedback : undefined;
  if (!(feedback instanceof GenericNack)) throw new Error(`expected a NACK, received ${packet}`);
  return feedback;
}

test.each([
  ['one packet', [[4667, 0]], [4667]],
  ['one and some of those behind it', [[100, 0b1000000000000101]], [100, 101, 103, 116]],
  [
    'two stretches',
    [
      [100, 1],
      [200, 2],
    ],
    [100, 101, 200, 202],
  ],
  ['a stretch across the end of the numbers', [[65_534, 0b11]], [65_534, 65_535, 0]],
] satisfies [string, [number, number][], number[]][])('a NACK asks for %s', (_, words, asked) => {
  const nack = receive(...words);
  trimNack(nack);
  expect(nack.lost).toEqual(asked);
});
