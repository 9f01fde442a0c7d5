import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from './faults.ts';
import type { RequestRecord } from './requests.ts';
import { readRule } from './rule.ts';

const largestBody = 16_384;

/**
 * The faults by HTTP: `POST /faults` adds one, `GET /faults` lists those in force, `DELETE /faults` and
 * `DELETE /faults/{id}` end them; `GET /faults/log` and `GET /faults/requests` say what was really done.
 */
export async function answerFaults(
  { faults, requests }: { readonly faults: Faults; readonly requests: RequestRecord },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?')[0] ?? '';
  const id = path.slice('/faults/'.length);
  switch (`${request.method} ${id && !['log', 'requests'].includes(id) ? '/faults/{id}' : path}`) {
    case 'GET /faults':
      return json(response, 200, faults.list());
    case 'GET /faults/log':
      return json(response, 200, faults.log());
    case 'GET /faults/requests':
      return json(response, 200, requests.list());
    case 'DELETE /faults':
      return json(response, 200, { removed: faults.remove() });
    case 'DELETE /faults/{id}':
      return faults.remove(id) ? json(response, 200, { removed: 1 }) : line(response, 404, `there is no fault ${id}`);
    case 'POST /faults': {
      const rule = await readOrder(request);
      return typeof rule === 'string' ? line(response, 400, rule) : json(response, 201, { id: faults.add(rule) });
    }
    default:
      return line(
        response,
        405,
        `${path}: expected ${path === '/faults' ? 'GET, POST or DELETE' : 'GET'}, received ${request.method}`,
      );
  }
}

async function readOrder(request: IncomingMessage) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > largestBody) return `body: expected up to ${largestBody} characters, received more`;
  }
  try {
    return readRule(JSON.parse(text));
  } catch {
    return `body: expected JSON, received ${text ? JSON.stringify(text.slice(0, 60)) : 'nothing'}`;
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}

function line(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${text}\n`);
}
