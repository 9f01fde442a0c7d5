import type { IncomingMessage, ServerResponse } from 'node:http';
import { line, readText } from '../reply.ts';
import { takeFragment } from './ice.ts';
import type { Peer } from './peer.ts';
import type { Room } from './room.ts';
import { readFragment } from './sdp-fragment.ts';

const largestOffer = 100_000;
const names = /^[\w.-]{1,64}$/;

/**
 * WHIP (RFC 9725) and WHEP: `POST /whip/{stream}` and `POST /whep/{stream}` take an offer and give the answer and where the
 * session is; `PATCH /session/{id}` brings candidates or restarts ICE, `DELETE` ends it.
 */
export async function answerSession(room: Room, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const [, kind = '', name = ''] = path.split('/');
  const refuse = (status: number, text: string) => line(response, status, text);
  if (!names.test(name)) return refuse(404, `${path}: expected a name of letters, digits, dots, _ and -`);
  if (kind === 'session') {
    const peer = room.peer(name);
    if (!peer) return refuse(404, `there is no session ${name}`);
    if (request.method === 'PATCH') return patch(peer, request, response);
    if (request.method !== 'DELETE')
      return refuse(405, `${path}: expected PATCH or DELETE, received ${request.method}`);
    void peer.end('delete');
    response.writeHead(200).end();
    return;
  }
  if (request.method !== 'POST') return refuse(405, `${path}: expected POST, received ${request.method}`);
  const contentType = request.headers['content-type']?.split(';')[0] ?? 'nothing';
  if (contentType !== 'application/sdp') {
    return refuse(415, `Content-Type: expected application/sdp, received ${contentType}`);
  }
  const offer = await readText(request, largestOffer);
  const wrong = offer === undefined ? `up to ${largestOffer} characters, received more` : whyNoOffer(offer);
  if (offer === undefined || wrong) return refuse(400, `body: expected ${wrong}`);
  if (room.isFull()) return refuse(503, 'this SFU has as many sessions as it takes: end one');
  if (kind === 'whep' && !room.isPublished(name)) {
    response.setHeader('Retry-After', '2');
    return refuse(409, `nobody publishes ${name} yet`);
  }
  try {
    const { session, answer } = await room.join({
      role: kind === 'whip' ? 'publisher' : 'viewer',
      stream: name,
      offer,
      peerId: new URLSearchParams(query).get('peer')?.slice(0, 64),
      traceparent: request.headers.traceparent?.toString(),
    });
    response.writeHead(201, { 'Content-Type': 'application/sdp', Location: `/session/${session.id}` }).end(answer);
  } catch (error) {
    refuse(400, `body: expected an offer that can be answered, received one that cannot: ${reasonOf(error)}`);
  }
}

/** Takes candidates that come later, or a restart of ICE. */
async function patch({ connection }: Peer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const fragment = readFragment((await readText(request, largestOffer)) ?? '');
  if (!fragment) return line(response, 400, 'body: expected an SDP fragment with ice-ufrag and ice-pwd, received none');
  try {
    const answer = await takeFragment(connection, fragment);
    if (answer === undefined) response.writeHead(204).end();
    else response.writeHead(200, { 'Content-Type': 'application/trickle-ice-sdpfrag' }).end(answer);
  } catch (error) {
    line(response, 400, `body: expected a fragment that can be taken, received one that cannot: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}

/** What is missing in an offer, if anything. */
function whyNoOffer(offer: string): string | undefined {
  if (!offer.startsWith('v=0')) {
    return `an SDP offer, received ${offer ? JSON.stringify(offer.slice(0, 40)) : 'nothing'}`;
  }
  const parts = ['m=video ', 'a=ice-ufrag:', 'a=ice-pwd:', 'a=fingerprint:'];
  const missing = parts.find((part) => !offer.includes(`\n${part}`));
  return missing && `an SDP offer with a line ${missing.trim()}, received one without`;
}
