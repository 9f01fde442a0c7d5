import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CollectorState } from '../collector.ts';
import type { Refusal } from './body.ts';
import { readBody, refusal, shown } from './body.ts';
import type { AllowOrigin } from './cors.ts';
import { allowSender, answerPreflight, maySend } from './cors.ts';
import type { Encoding, Signal } from './decode.ts';
import { decodeRequest, encodeRefusal, encodeResponse } from './decode.ts';

const contentTypes = { json: 'application/json', protobuf: 'application/x-protobuf' } as const;

/** Answers `POST /v1/metrics` and `POST /v1/traces`. */
export async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  signal: Signal,
  state: CollectorState,
  { allowOrigin, maxBodyBytes }: { readonly allowOrigin: AllowOrigin; readonly maxBodyBytes: number },
): Promise<void> {
  allowSender(request, response, allowOrigin);
  if (request.method === 'OPTIONS') {
    answerPreflight(request, response, 'POST');
    return;
  }
  const encoding = encodingOf(request);
  const refuse = ({ status, message }: Refusal) => answerRefusal(request, response, encoding, { status, message });
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST, OPTIONS');
    return refuse(refusal(405, `method: expected POST, received ${request.method}`));
  }
  if (!maySend(request, allowOrigin)) {
    return refuse(
      refusal(403, `Origin: expected one of --allow-origin, received ${shown(request.headers.origin ?? '')}`),
    );
  }
  if (!encoding) {
    const received = shown(request.headers['content-type'] ?? '');
    return refuse(
      refusal(415, `Content-Type: expected application/json or application/x-protobuf, received ${received}`),
    );
  }
  const body = await readBody(request, maxBodyBytes);
  if ('status' in body) return refuse(body);
  let message: unknown;
  try {
    message = decodeRequest(signal, encoding, body);
  } catch {
    return refuse(refusal(400, `body: expected an OTLP ${signal} request in ${encoding}, received something else`));
  }
  const { left, reason } = signal === 'metrics' ? state.takeMetrics(message) : state.takeTraces(message);
  // No Cache-Control here: exporters up to 2.x do not read the body of an answer that must not be stored, and then hang.
  answer(response, 200, contentTypes[encoding], encodeResponse(signal, encoding, left, reason));
}

/** Answers with one line. OTLP clients get it as a google.rpc.Status in the encoding they used. */
export function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  encoding: Encoding | undefined,
  { status, message }: Refusal,
) {
  // What is left of the body is not worth reading, so this connection cannot be used again.
  if (!request.complete && request.method === 'POST') response.setHeader('Connection', 'close');
  if (encoding) answer(response, status, contentTypes[encoding], encodeRefusal(encoding, message));
  else answer(response, status, 'text/plain; charset=utf-8', Buffer.from(`${message}\n`));
}

function answer(response: ServerResponse, status: number, contentType: string, body: Uint8Array) {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': body.length }).end(body);
}

function encodingOf(request: IncomingMessage): Encoding | undefined {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === contentTypes.json) return 'json';
  return type === contentTypes.protobuf ? 'protobuf' : undefined;
}
