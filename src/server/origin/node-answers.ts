import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Addition } from './cross-origin.ts';
import type { Answer } from './tally.ts';

/** A request of `node:http`, its HTTP/2 part included, and of all that is built on it. */
export type NodeRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;
export type NodeResponse = Pick<
  ServerResponse,
  'writeHead' | 'write' | 'end' | 'on' | 'getHeader' | 'setHeader' | 'statusCode' | 'headersSent' | 'writableFinished'
> & { destroy?: (error?: Error) => unknown; readonly stream?: Http2Stream };

type Http2Stream = { readonly aborted?: boolean; readonly rstCode?: number };
type Method = (...args: unknown[]) => unknown;
type Methods = Readonly<Record<'writeHead' | 'write' | 'end', Method>> & { readonly destroy: Method | undefined };

/** Who wants to know of an answer: its head is about to be written, it is over. */
export type Follower = {
  readonly answer: Answer;
  /** What to add to the head. */
  readonly begins: (answer: Answer) => readonly Addition[];
  readonly ends: (answer: Answer) => void;
};
type Following = Follower & { readonly own: Methods; head: object | undefined; begun: boolean; ending: boolean };
type Followed = NodeResponse & { [following]?: Following };

const following = Symbol('playscope.following');

/** Whether an answer is followed already, as by a middleware inside of a handler. */
export function isFollowed(response: NodeResponse): boolean {
  return (response as Followed)[following] !== undefined;
}

/** Follows one answer, from its head to its last byte, and adds to its head. What the application does stays. */
export function followAnswer(response: NodeResponse, follower: Follower): void {
  const followed = response as unknown as Record<keyof Methods, Method | undefined>;
  const own = { writeHead: followed.writeHead, write: followed.write, end: followed.end, destroy: followed.destroy };
  (response as Followed)[following] = {
    ...follower,
    own: own as Methods,
    head: undefined,
    begun: false,
    ending: false,
  };
  followed.writeHead = writeHead as Method;
  followed.write = write as Method;
  followed.end = end as Method;
  if (own.destroy) followed.destroy = destroy as Method;
  response.on('close', close);
}

// One function each for all answers, which find their own by `this`: four closures less for every request.
type This = NodeResponse & { [following]: Following };

function writeHead(this: This, ...args: unknown[]) {
  const follow = this[following];
  if (!follow.begun) {
    follow.begun = true;
    try {
      const head = args.length > 1 ? args.at(-1) : undefined;
      if (typeof head === 'object' && head !== null) follow.head = head;
      add(this, args, follow.head, follow.begins(follow.answer));
    } catch {
      // A fault of ours is no affair of the request's.
    }
  }
  return follow.own.writeHead.apply(this, args);
}

function write(this: This, ...args: unknown[]) {
  const follow = this[following];
  // In HTTP/2 the end writes by this method.
  if (!follow.ending) follow.answer.bytes += sizeOf(args[0], args[1]);
  return follow.own.write.apply(this, args);
}

function end(this: This, ...args: unknown[]) {
  const follow = this[following];
  if (!follow.ending) follow.answer.bytes += sizeOf(args[0], args[1]);
  follow.ending = true;
  return follow.own.end.apply(this, args);
}

function destroy(this: This, ...args: unknown[]) {
  const { answer, own } = this[following];
  if (!this.writableFinished) {
    answer.broken ??= 'truncated';
    answer.error ??= args[0];
  }
  return own.destroy?.apply(this, args);
}

function close(this: This) {
  const { answer, head, ends } = this[following];
  try {
    if (this.headersSent) answer.status = this.statusCode;
    if (answer.method === 'HEAD' || answer.status === 304) answer.bytes = 0;
    if (!isComplete(this)) answer.broken ??= 'aborted';
    answer.contentType = text(said(this, head, 'content-type'));
    answer.cacheControl = text(said(this, head, 'cache-control'));
    ends(answer);
  } catch {
    // A fault of ours is no affair of the request's.
  }
}

function isComplete({ writableFinished, stream }: NodeResponse): boolean {
  // A response of HTTP/2 calls itself finished when its stream was cancelled, too.
  return writableFinished && !stream?.aborted && !stream?.rstCode;
}

/** Adds to what the application says, whichever way it says it; its own objects stay as they are, it may use them again. */
function add(response: NodeResponse, args: unknown[], given: object | undefined, additions: readonly Addition[]) {
  const head = given && ((Array.isArray(given) ? flat(given) : { ...given }) as unknown[] & Record<string, unknown>);
  for (const [name, value, joins] of additions) {
    const key = head && keyOf(head, name.toLowerCase());
    const before = key === undefined ? response.getHeader(name) : head?.[key as never];
    if (before !== undefined && !joins) continue;
    const joined = before === undefined ? value : `${before}, ${value}`;
    if (head && key !== undefined) head[key as never] = joined as never;
    else if (!head || before !== undefined) response.setHeader(name, joined);
    else if (Array.isArray(head)) head.push(name, value);
    else (head as Record<string, unknown>)[name] = value;
  }
  if (head) args[args.length - 1] = head;
}

function said(response: NodeResponse, given: object | undefined, name: string): unknown {
  const head = Array.isArray(given) ? flat(given) : given;
  const key = head && keyOf(head, name);
  return key === undefined ? response.getHeader(name) : head?.[key as never];
}

/** Where the value of a header is: its key, or its index in a list of names and values. */
function keyOf(head: object, name: string): string | number | undefined {
  if (Array.isArray(head)) {
    for (let at = 0; at < head.length; at += 2) if (String(head[at]).toLowerCase() === name) return at + 1;
    return undefined;
  }
  for (const key in head) if (key.length === name.length && key.toLowerCase() === name) return key;
  return undefined;
}

/** Node takes a list of pairs as well. */
function flat(list: readonly unknown[]): unknown[] {
  return Array.isArray(list[0]) ? list.flat() : [...list];
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (ArrayBuffer.isView(chunk)) return chunk.byteLength;
  if (typeof chunk !== 'string') return 0;
  return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
}

function text(header: unknown): string | undefined {
  return header === undefined ? undefined : String(header);
}
