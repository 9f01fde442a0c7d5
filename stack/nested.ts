/** A report in protobuf whose stream is no text but lists within lists, as no SDK would write it. */
export function nestedStream(depth: number, from: number, to: number): Buffer<ArrayBuffer> {
  const times = [fixed(0x11, BigInt(from) * 1_000_000n), fixed(0x19, BigInt(to) * 1_000_000n)];
  const attribute = [text(0x0a, 'stream.id'), field(0x12, lists(depth))];
  // 0x21: ten seconds as a double; then delta, and monotonic.
  const point = [...times, fixed(0x21, 0x4024_0000_0000_0000n), field(0x3a, ...attribute)];
  const sum = [field(0x0a, ...point), Buffer.from([0x10, 1, 0x18, 1])];
  const metric = [text(0x0a, 'livestream.viewer.presence'), text(0x1a, 's'), field(0x3a, ...sum)];
  const session = field(0x0a, text(0x0a, 'session.id'), field(0x12, text(0x0a, 'nested')));
  return field(0x0a, field(0x0a, session), field(0x12, field(0x12, ...metric)));
}

/** Made from the innermost outwards, each with the length of what it holds. */
function lists(depth: number): Buffer {
  const heads: number[][] = [];
  let length = 0;
  for (let i = 0; i < depth; i += 1) {
    for (const tag of [0x0a, 0x2a]) {
      const head = [tag, ...varint(length)];
      heads.push(head);
      length += head.length;
    }
  }
  return Buffer.from(heads.reverse().flat());
}

function field(tag: number, ...parts: readonly Buffer[]): Buffer<ArrayBuffer> {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...varint(body.length)]), body]);
}

function text(tag: number, value: string): Buffer {
  return field(tag, Buffer.from(value));
}

function fixed(tag: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(9, tag);
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}
