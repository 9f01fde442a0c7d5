/** Sends each viewer's report every ten seconds, for so long. */
import { promisify } from 'node:util';
import autocannon from 'autocannon';
import type { Report } from './recorded.ts';

const connections = 50;

/** @returns how many reports were taken, and how many were not. */
export async function send(endpoint: string, reports: readonly Report[], rate: number, seconds: number) {
  // A connection has viewers of its own, and goes from one to the next.
  const shares = Array.from({ length: connections }, (_, i) =>
    reports.filter((_, viewer) => viewer % connections === i),
  );
  const result = await promisify<autocannon.Options, autocannon.Result>(autocannon)({
    url: `${endpoint}/v1/metrics`,
    ...{ connections, duration: seconds, overallRate: rate, method: 'POST' },
    setupClient(client) {
      client.setRequests((shares.pop() ?? []).map(({ headers, body }) => ({ method: 'POST', headers, body })));
    },
  });
  return { taken: result['2xx'], refused: result.non2xx + result.errors, delayMs: result.latency.p99 };
}
