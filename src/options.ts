import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Propagate } from './telemetry/propagation.ts';

export type AttachOptions = {
  /** OTLP/HTTP base URL, to which /v1/metrics and /v1/traces are appended. Not needed where both providers are given. */
  readonly endpoint?: string | undefined;
  /** `stream.id`: the live stream that is watched. */
  readonly streamId: string;
  /** `service.name`, default `web-player`. */
  readonly serviceName?: string | undefined;
  /** The element that shows the picture of an RTCPeerConnection; without it the first frame is known to a quarter of a second. */
  readonly video?: HTMLMediaElement | undefined;
  /** Default `real`. */
  readonly viewerKind?: 'real' | 'synthetic' | undefined;
  /** Normally stamped by the collector, not by the page. */
  readonly region?: string | undefined;
  /**
   * Period of reports in ms, 1 000 to 120 000, default 10 000. While nothing happens, most carry no more than that the viewer is
   * there; the rest follows once a minute.
   */
  readonly reportEveryMs?: number | undefined;
  /**
   * Origins whose requests carry a `traceparent` header, default `same-origin`. Elsewhere it costs a preflight per URL; those in
   * `query` get it as the parameter `playscope-traceparent` instead, which costs none but must be kept out of cache keys.
   */
  readonly propagate?: Propagate | undefined;
  /** Share of sessions whose spans are always sent, 0 to 1, default 1. Troubled ones are sent anyway. */
  readonly sampleRatio?: number | undefined;
  /** Added to each export request, for example an authorization. A function is asked once at the start, and before each export. */
  readonly headers?:
    | Record<string, string>
    | (() => Record<string, string> | Promise<Record<string, string>>)
    | undefined;
  /** What of a URL may leave the page. Default: no user info, no query values, no known CDN signatures. */
  readonly redactUrl?: ((url: URL) => string) | undefined;
  /** Bring your own OpenTelemetry: spans go there instead. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Bring your own OpenTelemetry: metrics go there instead. */
  readonly meterProvider?: MeterProvider | undefined;
};

/** Options with every default in its place. */
export type Settings = AttachOptions & { readonly [name in keyof typeof defaults]: NonNullable<AttachOptions[name]> };

const defaults = {
  serviceName: 'web-player',
  viewerKind: 'real',
  reportEveryMs: 10_000,
  propagate: 'same-origin',
  sampleRatio: 1,
} as const;

type Check = readonly [name: keyof AttachOptions, expected: string, holds: (value: unknown) => boolean];

const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '' && value.length <= 256;
const isFunction = (value: unknown) => typeof value === 'function';
const has = (method: string) => (value: unknown) => isFunction((value as Record<string, unknown> | null)?.[method]);

const checks: readonly Check[] = [
  ['streamId', 'a text of 1 to 256 characters', isText],
  ['endpoint', 'an http or https URL', (value) => typeof value === 'string' && isHttp(value)],
  ['serviceName', 'a text of 1 to 256 characters', isText],
  ['region', 'a text of 1 to 256 characters', isText],
  ['video', 'a media element', has('canPlayType')],
  ['viewerKind', "'real' or 'synthetic'", (value) => value === 'real' || value === 'synthetic'],
  [
    'reportEveryMs',
    'a number of milliseconds from 1000 to 120000',
    (value) => typeof value === 'number' && value >= 1000 && value <= 120_000,
  ],
  ['sampleRatio', 'a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1],
  ['propagate', "'same-origin', 'off', a list of origins or { header, query }", isPropagate],
  ['headers', 'an object of texts or a function', (value) => isFunction(value) || isTexts(value)],
  ['redactUrl', 'a function', isFunction],
  ['tracerProvider', 'an OpenTelemetry TracerProvider', has('getTracer')],
  ['meterProvider', 'an OpenTelemetry MeterProvider', has('getMeter')],
];

/**
 * The settings, or one sentence that says which option is wrong: parameter, expected, received.
 *
 * @param delivers whether there is a way of our own to make and send telemetry, else the page has to bring both providers.
 */
export function settingsOf(options: AttachOptions, delivers = true): Settings | string {
  if (typeof options !== 'object' || options === null) return wrong('options', 'an object', options);
  const lacksProvider = !(options.tracerProvider && options.meterProvider);
  const needed = delivers ? ['endpoint'] : ['tracerProvider', 'meterProvider'];
  for (const [name, expected, holds] of checks) {
    const value = options[name];
    const required = name === 'streamId' || (lacksProvider && needed.includes(name));
    if (value === undefined ? required : !holds(value)) return wrong(name, expected, value);
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as AttachOptions;
  return { ...defaults, ...given } as Settings;
}

export function wrong(name: string, expected: string, received: unknown): string {
  return `playscope: ${name} must be ${expected}, received ${show(received)}. Nothing is measured.`;
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  if (typeof value === 'object' && value !== null) return Object.prototype.toString.call(value);
  return typeof value === 'function' ? 'a function' : String(value);
}

function isHttp(url: string): boolean {
  try {
    return /^https?:$/.test(new URL(url, globalThis.document?.baseURI).protocol);
  } catch {
    return false;
  }
}

function isPropagate(value: unknown): boolean {
  const { header, query } = (value ?? {}) as { header?: unknown; query?: unknown };
  if (Array.isArray(query)) return query.every(isOrigin) && (header === undefined || isHeaders(header));
  return isHeaders(value);
}

function isHeaders(value: unknown): boolean {
  return value === 'same-origin' || value === 'off' || (Array.isArray(value) && value.every(isOrigin));
}

function isOrigin(value: unknown): boolean {
  try {
    return new URL(value as string).origin === value && isHttp(value);
  } catch {
    return false;
  }
}

function isTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}
