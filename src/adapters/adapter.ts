import type { PlaybackEvent, Protocol, Request } from '../core/events.ts';
import type { Guard } from '../page/guard.ts';

/**
 * What an adapter is given. It reads the player's present state first and then listens; every listener hangs on `signal`,
 * so that detaching is one abort. It never changes what the player does and never patches anything global.
 */
export type Watch = {
  readonly signal: AbortSignal;
  /** The element that shows the picture, where the page named it. */
  readonly video?: HTMLMediaElement | undefined;
  /** The page's monotonic clock, ms. */
  now(): number;
  emit(event: PlaybackEvent): void;
  /** How a request that was emitted before is to carry its context; asked only where it then will. */
  carry(request: Request): Carried;
  /** Makes a function safe to hand to the page: what it throws stays with us. */
  readonly guard: Guard;
};

/** A `traceparent` to send as a header, or the address to ask for instead; neither where nothing may be sent. */
export type Carried = { readonly header?: string; readonly url?: string };

/** One player: what it is called on the wire, and how its events become words. */
export type Adapter<Player> = {
  readonly protocol: Protocol;
  readonly playerName: 'hls.js' | 'dash.js' | 'webrtc' | 'native';
  /** What this player cannot tell, in plain words; part of the snapshot. */
  readonly blind: readonly string[];
  /** What it is called in a sentence. */
  readonly kind: string;
  /** By its shape, so that minified builds and objects of other frames are known too. A getter of what is none of ours may throw. */
  recognises(player: object): boolean;
  watch(player: Player, watch: Watch): Look;
};

/** Tells how things stand now, for a report or a last time. */
export type Look = () => void;

/** Whether an object has all of these methods, named with a blank in between. */
export function can(object: object, methods: string): boolean {
  return methods.split(' ').every((name) => typeof (object as Record<string, unknown>)[name] === 'function');
}

let requests = 0;

/** Numbers requests within the page. */
export function nextRequestId(): number {
  requests += 1;
  return requests;
}
