import protobuf from 'protobufjs/light.js';
// The official OTLP schema 1.9 and google.rpc.Status as a protobuf.js descriptor.
import schema from './otlp-schema.json' with { type: 'json' };

/** The encodings of OTLP/HTTP, by content type. */
export type Encoding = 'json' | 'protobuf';
export type Signal = 'metrics' | 'traces';

const root = protobuf.Root.fromJSON(schema);
const requests = { metrics: messages('metrics', 'Metrics', 'Request'), traces: messages('trace', 'Trace', 'Request') };
const responses = {
  metrics: messages('metrics', 'Metrics', 'Response'),
  traces: messages('trace', 'Trace', 'Response'),
};
const status = root.lookupType('google.rpc.Status');
const rejected = { metrics: 'rejectedDataPoints', traces: 'rejectedSpans' } as const;

/**
 * Reads an export request. The result has the field names of OTLP/JSON in both encodings, and is not checked: numbers may
 * be numbers, decimal strings or 64-bit objects, ids may be hex or bytes.
 *
 * @throws when the body is not JSON or not the message.
 */
export function decodeRequest(signal: Signal, encoding: Encoding, body: Uint8Array): unknown {
  if (encoding === 'protobuf') return requests[signal].decode(body);
  const request: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  if (typeof request !== 'object' || request === null || Array.isArray(request)) throw new Error('not a JSON object');
  return request;
}

/** The answer to a request that was read: empty, or how much of it was left out and why. */
export function encodeResponse(signal: Signal, encoding: Encoding, left: number, reason: string): Uint8Array {
  const partial = left > 0 ? { partialSuccess: { [rejected[signal]]: String(left), errorMessage: reason } } : {};
  if (encoding === 'json') return Buffer.from(JSON.stringify(partial));
  return responses[signal].encode(responses[signal].fromObject(partial)).finish();
}

/** The answer to a request that was refused as a whole: a google.rpc.Status. */
export function encodeRefusal(encoding: Encoding, message: string): Uint8Array {
  const invalidArgument = { code: 3, message };
  if (encoding === 'json') return Buffer.from(JSON.stringify(invalidArgument));
  return status.encode(status.fromObject(invalidArgument)).finish();
}

function messages(folder: string, name: string, suffix: 'Request' | 'Response'): protobuf.Type {
  return root.lookupType(`opentelemetry.proto.collector.${folder}.v1.Export${name}Service${suffix}`);
}
