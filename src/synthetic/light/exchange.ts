import type { Agent as HttpAgent, IncomingMessage } from 'node:http';
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Outcome, Phases } from '../../core/events.ts';
import { cacheOf, servedBy } from './server-timing.ts';

/** What came of a request, and its body where it was asked for. Instants are `performance.now()` milliseconds. */
export type Exchange = {
  readonly firstAt: number | undefined;
  readonly endedAt: number;
  readonly outcome: Omit<Outcome, 'result' | 'durationMs' | 'ttfbMs'>;
  readonly body: string;
};

export type Exchanging = {
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the body is needed, or only its bytes counted. */
  readonly reads: boolean;
  readonly signal: AbortSignal;
};

/** Connections of one viewer, by scheme. */
export type Connections = { readonly 'http:': HttpAgent; readonly 'https:': HttpAgent };

type Marks = { lookup?: number; connect?: number; secure?: number; socket?: number; reused?: boolean };

// As hls.js has it for segments.
const firstByteMs = 10_000;
const wholeMs = 120_000;
// What is asked for at the same time: the lists and the segments of picture and sound.
const socketsPerHost = 4;

/** At most four connections to a host, kept for the next request, as a browser of its own would have them. */
export function connections(): Connections {
  const options = { keepAlive: true, maxSockets: socketsPerHost };
  return { 'http:': new Agent(options), 'https:': new TlsAgent(options) };
}

export function closeConnections(of: Connections): void {
  of['http:'].destroy();
  of['https:'].destroy();
}

/** One GET without following redirects. Never rejects. */
export async function exchange(url: URL, over: Connections, options: Exchanging): Promise<Exchange> {
  // A server may close a connection in the instant in which it is used again: browsers take another one, without a word.
  for (;;) {
    const done = await attempt(url, over, options);
    if (done !== 'stale') return done;
  }
}

function attempt(url: URL, over: Connections, { headers, reads, signal }: Exchanging): Promise<Exchange | 'stale'> {
  return new Promise((resolve) => {
    const sentAt = performance.now();
    const marks: Marks = {};
    let answer: IncomingMessage | undefined;
    let firstAt: number | undefined;
    let bytes = 0;
    let late = false;
    const chunks: Buffer[] = [];

    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const agent = over[url.protocol as keyof Connections];
    const request = send(url, { agent, headers: { 'accept-encoding': 'identity', ...headers }, signal });
    const giveUp = () => {
      late = true;
      request.destroy();
    };
    let timer = setTimeout(giveUp, firstByteMs);

    request.once('socket', (socket) => mark(socket, marks, request.reusedSocket));
    request.once('response', (response) => {
      answer = response;
      firstAt = performance.now();
      clearTimeout(timer);
      timer = setTimeout(giveUp, wholeMs - (firstAt - sentAt));
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (reads) chunks.push(chunk);
      });
      response.once('end', settle);
      response.on('error', settle);
    });
    request.on('error', () => {
      if (request.reusedSocket && !answer && !late && !signal.aborted) resolve('stale');
      settle();
    });
    // Whatever became of it.
    request.once('close', settle);
    request.end();

    function settle() {
      clearTimeout(timer);
      const endedAt = performance.now();
      const status = answer?.statusCode;
      const isWhole = answer?.complete ?? false;
      const said = answer?.headers['server-timing'];
      const errorType = errorOf(status, late, isWhole);
      resolve({
        ...{ firstAt, endedAt, body: Buffer.concat(chunks).toString() },
        outcome: {
          ...{ status, bytes, errorType, cache: cacheOf(said), served: servedBy(said) },
          finalUrl: answer && (answer.headers.location ? new URL(answer.headers.location, url).href : url.href),
          phases: phasesOf(marks, sentAt, firstAt, endedAt),
        },
      });
    }
  });
}

function mark(socket: Socket, marks: Marks, reused: boolean): void {
  marks.socket = performance.now();
  marks.reused = reused;
  if (!socket.connecting) return;
  socket.once('lookup', () => {
    marks.lookup = performance.now();
  });
  socket.once('connect', () => {
    marks.connect = performance.now();
  });
  socket.once('secureConnect', () => {
    marks.secure = performance.now();
  });
}

/** As Resource Timing has them: absent for a connection that was there already. */
function phasesOf({ socket, lookup, connect, secure }: Marks, sentAt: number, firstAt = 0, endedAt = 0): Phases {
  const asked = secure ?? connect ?? socket ?? sentAt;
  const span = (from: number | undefined, to: number | undefined) =>
    from !== undefined && to !== undefined && to > from ? to - from : undefined;
  return {
    dns: span(socket, lookup),
    connect: span(lookup ?? socket, secure ?? connect),
    tls: span(connect, secure),
    wait: span(asked, firstAt),
    receive: firstAt > 0 ? span(firstAt, endedAt) : undefined,
    protocol: firstAt > 0 ? 'http/1.1' : undefined,
  };
}

function errorOf(status: number | undefined, late: boolean, isWhole: boolean): string | undefined {
  if (late) return 'timeout';
  if (status === undefined) return 'connection_failed';
  if (status >= 400) return `http_${status}`;
  return isWhole ? undefined : 'connection_lost';
}
