import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Post } from './recorded.ts';

/** Sends to a collector over so many connections, as a proxy does. */
export type Crowd = {
  /** Sends one, and gives how long the answer took to its last byte, in ms. Rejects where it is not 200. */
  post(post: Post): Promise<number>;
  end(): void;
};

export function crowdOf(url: string, connections = 64): Crowd {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  return {
    post({ path, body }) {
      const askedMs = performance.now();
      return new Promise((answered, failed) => {
        const asked = request(
          { agent, hostname, port, path, method: 'POST', headers: { ...headers, 'content-length': body.length } },
          (response) => {
            response.resume().on('end', () => {
              if (response.statusCode === 200) answered(performance.now() - askedMs);
              else failed(new Error(`${path}: expected 200, received ${response.statusCode}`));
            });
          },
        );
        asked.on('error', failed).end(body);
      });
    },
    end: () => agent.destroy(),
  };
}

/** Sends these evenly over the time, whether answers come or not; the requests of a report one after the other, as players do. */
export async function paced(crowd: Crowd, reports: readonly (readonly Post[])[], ms: number): Promise<number[]> {
  const answers: Promise<number[]>[] = [];
  const began = performance.now();
  while (answers.length < reports.length) {
    const due = Math.min(((performance.now() - began) / ms) * reports.length, reports.length);
    while (answers.length < due) answers.push(sendAll(crowd, reports[answers.length] ?? []));
    await wait(1);
  }
  return (await Promise.all(answers)).flat();
}

/** Sends these as fast as they are answered, so many at a time. */
export async function flatOut(crowd: Crowd, reports: readonly (readonly Post[])[], atOnce = 32): Promise<void> {
  const left = reports.values();
  const sendOn = async () => {
    for (const report of left) await sendAll(crowd, report);
  };
  await Promise.all(Array.from({ length: atOnce }, sendOn));
}

async function sendAll(crowd: Crowd, report: readonly Post[]): Promise<number[]> {
  const took: number[] = [];
  for (const post of report) took.push(await crowd.post(post));
  return took;
}
