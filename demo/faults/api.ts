import type { IncomingMessage, ServerResponse } from 'node:http';
import { json, line, readText } from '../reply.ts';

/** The faults of one server: what can be ordered, what is in force, and what was really done. */
export type FaultBook<Order> = {
  /** The order in a parsed body, or one sentence that says what is wrong with it. */
  read(body: unknown): Order | string;
  /** Puts a rule in force; returns its id. */
  add(order: Order): string;
  /** Ends one rule, or all; returns how many there were. */
  remove(id?: string): number;
  list(): readonly unknown[];
  log(): readonly unknown[];
};

const largestBody = 16_384;

/**
 * The faults by HTTP: `POST /faults` adds one, `GET /faults` lists those in force, `DELETE /faults` and
 * `DELETE /faults/{id}` end them; `GET /faults/log` says what was really done, and so do `records`, each under its name.
 */
export async function answerFaults<Order>(
  faults: FaultBook<Order>,
  request: IncomingMessage,
  response: ServerResponse,
  records: Readonly<Record<string, () => readonly unknown[]>> = {},
): Promise<void> {
  const path = request.url?.split('?')[0] ?? '';
  const id = path.slice('/faults/'.length);
  const record = Object.hasOwn({ log: true, ...records }, id) ? (records[id] ?? faults.log) : undefined;
  switch (`${request.method} ${id ? (record ? '/faults/{record}' : '/faults/{id}') : path}`) {
    case 'GET /faults':
      return json(response, 200, faults.list());
    case 'GET /faults/{record}':
      return json(response, 200, record?.());
    case 'DELETE /faults':
      return json(response, 200, { removed: faults.remove() });
    case 'DELETE /faults/{id}':
      return faults.remove(id) ? json(response, 200, { removed: 1 }) : line(response, 404, `there is no fault ${id}`);
    case 'POST /faults': {
      const order = await readOrder(faults, request);
      return typeof order === 'string' ? line(response, 400, order) : json(response, 201, { id: faults.add(order) });
    }
    default:
      return line(
        response,
        405,
        `${path}: expected ${path === '/faults' ? 'GET, POST or DELETE' : 'GET'}, received ${request.method}`,
      );
  }
}

async function readOrder<Order>(faults: FaultBook<Order>, request: IncomingMessage): Promise<Order | string> {
  const text = await readText(request, largestBody);
  if (text === undefined) return `body: expected up to ${largestBody} characters, received more`;
  try {
    return faults.read(JSON.parse(text));
  } catch {
    return `body: expected JSON, received ${text ? JSON.stringify(text.slice(0, 60)) : 'nothing'}`;
  }
}
