import type { Message } from 'protobufjs/light.js';
import type { Signal } from '../collector/receive/decode.ts';
import { decodeRequest } from '../collector/receive/decode.ts';

// biome-ignore lint/suspicious/noExplicitAny: OTLP/JSON as tests read it.
type Json = any;

/** A protobuf body as the official schema reads it, in the form of OTLP/JSON. */
export function readOtlp(signal: Signal, body: Uint8Array): Json {
  const message = decodeRequest(signal, 'protobuf', body) as Message;
  const plain = message.$type.toObject(message, { longs: String, bytes: String });
  return JSON.parse(JSON.stringify(plain), (key, value) =>
    /^(trace|span|parentSpan)Id$/.test(key) ? Buffer.from(value, 'base64').toString('hex') : value,
  );
}
