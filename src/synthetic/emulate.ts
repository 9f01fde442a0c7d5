import type { CDPSession } from 'playwright-core';
import type { NetworkProfile } from './network.ts';

/** Puts a page on that network, by the DevTools protocol. Returns how to end what is to come. */
export async function emulate(session: CDPSession, profile: NetworkProfile): Promise<() => void> {
  const bytes = (kbps: number | undefined) => (kbps === undefined ? -1 : (kbps * 1000) / 8);
  const conditions = {
    latency: profile.latencyMs ?? 0,
    downloadThroughput: bytes(profile.downKbps),
    uploadThroughput: bytes(profile.upKbps),
    ...(profile.lossPercent !== undefined && { packetLoss: profile.lossPercent }),
  };
  const set = (offline: boolean) => session.send('Network.emulateNetworkConditions', { ...conditions, offline });
  await session.send('Network.enable');
  await set(false);
  const { offline } = profile;
  if (!offline) return () => {};
  // A page that has gone meanwhile has no network to lose.
  const later = (off: boolean, sec: number) => setTimeout(() => void set(off).catch(() => {}), sec * 1000);
  const timers = [later(true, offline.afterSec), later(false, offline.afterSec + offline.forSec)];
  return () => timers.forEach(clearTimeout);
}
