/** The wire format of protobuf, as much of it as OTLP needs. A field that is `false` or undefined is left out. */
export type Field = readonly number[] | false | undefined;

const utf8 = new TextEncoder();

export function encoded(field: Field): Uint8Array<ArrayBuffer> {
  return new Uint8Array(field || []);
}

export function message(field: number, ...fields: readonly Field[]): Field {
  return delimited(
    field,
    fields.flatMap((each) => each || []),
  );
}

export function text(field: number, value: string): Field {
  return delimited(field, [...utf8.encode(value)]);
}

/** @param hex two digits a byte. */
export function bytes(field: number, hex: string): Field {
  return delimited(field, hex.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? []);
}

/** Numbers of eight bytes, without a tag each. */
export function packed(field: number, values: BigUint64Array | Float64Array): Field {
  return delimited(field, raw(values));
}

export function varint(field: number, value: number): Field {
  return [...base128(field * 8), ...base128(value)];
}

export function fixed64(field: number, value: bigint): Field {
  return [...base128(field * 8 + 1), ...raw(new BigUint64Array([value]))];
}

export function double(field: number, value: number): Field {
  return [...base128(field * 8 + 1), ...raw(new Float64Array([value]))];
}

export function fixed32(field: number, value: number): Field {
  return [...base128(field * 8 + 5), ...raw(new Uint32Array([value]))];
}

function delimited(field: number, content: readonly number[]): Field {
  return [...base128(field * 8 + 2), ...base128(content.length), ...content];
}

/** Little-endian, as every machine with a browser is. */
function raw({ buffer }: { readonly buffer: ArrayBufferLike }): readonly number[] {
  return [...new Uint8Array(buffer)];
}

/** Seven bits a byte, the lowest first; not by shifts, which end at 32 bits. */
function base128(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...base128(Math.floor(value / 128))];
}
