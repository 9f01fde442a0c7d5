import { readFileSync } from 'node:fs';
import { wrongUse } from './problem.ts';

/** A network as the viewer has it. What is left out is not limited. */
export type NetworkProfile = {
  /** Added to each request, ms. */
  readonly latencyMs?: number;
  /** kbit/s. */
  readonly downKbps?: number;
  /** kbit/s. */
  readonly upKbps?: number;
  /** Of the packets of WebRTC, 0 to 100. Requests by HTTP do not lose any here: a browser can only slow those. */
  readonly lossPercent?: number;
  /** No network at all from `afterSec` after the viewer began, for `forSec`. */
  readonly offline?: { readonly afterSec: number; readonly forSec: number };
};

/** Round numbers in the middle of what such accesses give. */
export const networks: Readonly<Record<string, NetworkProfile>> = {
  cable: { latencyMs: 20, downKbps: 20_000, upKbps: 5000 },
  '4g': { latencyMs: 60, downKbps: 9000, upKbps: 3000 },
  '3g': { latencyMs: 200, downKbps: 1600, upKbps: 750 },
  lossy: { latencyMs: 60, downKbps: 9000, upKbps: 3000, lossPercent: 3 },
  'offline-10s': { offline: { afterSec: 15, forSec: 10 } },
};

const numbers = ['latencyMs', 'downKbps', 'upKbps', 'lossPercent'] as const;

/** A network by its name, or of a JSON file. @throws a sentence when it is neither. */
export function networkOf(name: string): NetworkProfile {
  const known = Object.hasOwn(networks, name) ? networks[name] : undefined;
  if (known) return known;
  if (!name.endsWith('.json')) throw wrongUse('network', `${Object.keys(networks).join(', ')} or a .json file`, name);
  let profile: unknown;
  try {
    profile = JSON.parse(readFileSync(name, 'utf8'));
  } catch (error) {
    throw wrongUse('network', 'a readable JSON file', `${name}: ${(error as Error).message}`);
  }
  return checkedNetwork(profile);
}

/** @throws a sentence when it is no profile. */
export function checkedNetwork(profile: unknown): NetworkProfile {
  const { offline, ...rest } = Object(profile) as NetworkProfile;
  const isAmount = (value: unknown) => typeof value === 'number' && value >= 0 && Number.isFinite(value);
  const isOff = offline === undefined || (isAmount(offline.afterSec) && isAmount(offline.forSec));
  const isKnown = Object.entries(rest).every(
    ([name, value]) => (numbers as readonly string[]).includes(name) && isAmount(value),
  );
  if (typeof profile !== 'object' || profile === null || !isKnown || !isOff) {
    const expected = `numbers for any of ${numbers.join(', ')}, and offline: { afterSec, forSec }`;
    throw wrongUse('network', expected, JSON.stringify(profile));
  }
  return profile as NetworkProfile;
}
