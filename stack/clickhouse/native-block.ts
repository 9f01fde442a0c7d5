/** One block of ClickHouse's Native format, of texts and small numbers: what a client asks before it inserts. */
import type { Table } from './engine.ts';

// Overflows: no; bucket: -1; end. Clients of revisions above 0 want it in front of each block.
const blockInfo = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);
const plainSerialization = Buffer.from([0]);

/** @throws for a type other than String and UInt32. */
export function nativeBlock({ meta, data }: Table): Buffer {
  const columns = meta.flatMap(({ name, type }, i) => [
    ...[string(name), string(type), plainSerialization],
    ...data.map((row) => value(type, row[i])),
  ]);
  return Buffer.concat([blockInfo, varint(meta.length), varint(data.length), ...columns]);
}

function value(type: string, of: unknown): Buffer {
  if (type === 'String') return string(String(of));
  if (type !== 'UInt32') throw new Error(`Native block: expected String or UInt32, received ${type}.`);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Number(of));
  return bytes;
}

function string(of: string): Buffer {
  const bytes = Buffer.from(of);
  return Buffer.concat([varint(bytes.length), bytes]);
}

/** LEB128, seven bits a byte. */
function varint(of: number): Buffer {
  const bytes: number[] = [];
  for (let rest = of; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Buffer.from(bytes);
  }
}
