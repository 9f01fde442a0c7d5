import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { RTCPeerConnection } from 'werift';
import type { Running } from '../listen.ts';
import { startSfu } from '../sfu.ts';
import type { RuleEntry } from './faults.ts';
import type { RuleOrder } from './rule.ts';
import type { Session } from './session.ts';
import { publish, watch } from './test-client.ts';

type Client = { readonly id: string; readonly connection: RTCPeerConnection };

/** An SFU for each test, with everything that a test asks of it; all who joined leave at the end. */
export function sfuStage() {
  let sfu: Running;
  const clients: Client[] = [];

  beforeEach(async () => {
    sfu = await startSfu({ port: 0, host: '127.0.0.1' });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map(({ connection }) => connection.close()));
    await sfu.close();
  });

  async function joined<T extends Client>(joining: Promise<T>): Promise<T> {
    const client = await joining;
    clients.push(client);
    await connected(url(), client);
    return client;
  }
  const url = () => sfu.url;
  const read = async <T>(path: string) => (await (await fetch(url() + path)).json()) as T;
  const publisher = () => joined(publish(`${url()}/whip/live`));
  const viewer = () => joined(watch(`${url()}/whep/live`));

  return {
    url,
    read,
    publisher,
    viewer,
    /** A publisher, and one who watches. */
    async pair() {
      const sender = await publisher();
      return { sender, watcher: await viewer() };
    },
    async order(rule: RuleOrder): Promise<string> {
      const response = await fetch(`${url()}/faults`, { method: 'POST', body: JSON.stringify(rule) });
      expect(response.status).toBe(201);
      return ((await response.json()) as { id: string }).id;
    },
    sessionOf: async ({ id }: Client) =>
      (await read<Session[]>('/sessions')).find((session) => session.id === id) as Session,
    ruleOf: async (fault: string) =>
      (await read<RuleEntry[]>('/faults/log')).find(({ id }) => id === fault) as RuleEntry,
  };
}

/** Resolves when both sides are connected: what is sent before would be lost. */
export async function connected(sfu: string, { id, connection }: Client): Promise<void> {
  await until(async () => {
    const sessions = (await (await fetch(`${sfu}/sessions`)).json()) as Session[];
    const isThere = sessions.some((session) => session.id === id && session.state === 'connected');
    return isThere && connection.connectionState === 'connected';
  });
}

/** What the question gives, once it gives something. */
export function until<T>(ask: () => T | Promise<T>) {
  return vi.waitUntil(ask, { timeout: 15_000, interval: 10 });
}
