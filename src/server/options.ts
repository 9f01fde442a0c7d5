type Check = readonly [name: string, expected: string, holds: (value: unknown) => boolean, optional?: 'optional'];

const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '' && value.length <= 256;
const has =
  (...methods: readonly string[]) =>
  (value: unknown) =>
    methods.every((method) => typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function');

const streamId: Check = ['streamId', 'a text of 1 to 256 characters', isText];
const tracerProvider: Check = ['tracerProvider', 'an OpenTelemetry TracerProvider', has('getTracer'), 'optional'];
const meterProvider: Check = ['meterProvider', 'an OpenTelemetry MeterProvider', has('getMeter'), 'optional'];

const connection: readonly Check[] = [
  streamId,
  ['peerId', 'a text of 1 to 256 characters', isText],
  ['role', "'publisher' or 'viewer'", (value) => value === 'publisher' || value === 'viewer'],
  tracerProvider,
  meterProvider,
  ['pollEveryMs', 'a number of milliseconds from 500 to 60000', isBetween(500, 60_000), 'optional'],
];

const telemetry: readonly Check[] = [
  ['endpoint', 'an http or https URL', isHttp],
  ['serviceName', 'a text of 1 to 256 characters', isText],
  ['headers', 'an object of texts', isTexts, 'optional'],
  ['reportEveryMs', 'a number of milliseconds from 1000 to 120000', isBetween(1000, 120_000), 'optional'],
  ['sampleRatio', 'a number from 0 to 1', isBetween(0, 1), 'optional'],
];

const origin: readonly Check[] = [
  [
    'streamId',
    'a text of 1 to 256 characters or a function of a path',
    (value) => isText(value) || typeof value === 'function',
  ],
  ['publications', 'an object with contextOf', has('contextOf'), 'optional'],
  [
    'allowOrigin',
    "'*' or a list of origins",
    (value) => value === '*' || (Array.isArray(value) && value.every((each) => isHttp(each))),
    'optional',
  ],
  tracerProvider,
  meterProvider,
];

const publisher: readonly Check[] = [
  streamId,
  ['protocol', "'hls', 'dash' or a list of both", isProtocols],
  ['publications', 'what publications() gives', has('remember', 'contextOf'), 'optional'],
  ['now', 'a function', isFunction, 'optional'],
  tracerProvider,
  meterProvider,
];

const ingest: readonly Check[] = [
  streamId,
  ['protocol', 'a text of 1 to 256 characters', isText, 'optional'],
  meterProvider,
];

const capacity: readonly Check[] = [
  ['streamId', 'a text of 1 to 256 characters', isText, 'optional'],
  ['utilization', 'a function', isFunction, 'optional'],
  ['edgeBandwidth', 'a function', isFunction, 'optional'],
  ['readEveryMs', 'a number of milliseconds from 100 to 120000', isBetween(100, 120_000), 'optional'],
  meterProvider,
];

const viewers: readonly Check[] = [
  ['collector', 'an http or https URL', isHttp],
  ['headers', 'an object of texts', isTexts, 'optional'],
  meterProvider,
];

const tokens: readonly Check[] = [
  ['privateKey', 'a private key as PKCS#8 PEM', (value) => typeof value === 'string'],
  ['issuer', 'an http or https URL', isHttp],
  ['audience', 'a text of 1 to 256 characters', isText, 'optional'],
];

const token: readonly Check[] = [
  streamId,
  ['sessionId', 'a text of 1 to 256 characters', isText, 'optional'],
  ['expiresInSec', 'a number of seconds from 10 to 86400', isBetween(10, 86_400), 'optional'],
];

const checks = { connection, telemetry, origin, publisher, ingest, capacity, viewers, tokens, token };

/** One sentence that says what is wrong with the options of something: parameter, expected, received; undefined when all is well. */
export function wrongOption(of: keyof typeof checks, options: unknown): string | undefined {
  if (typeof options !== 'object' || options === null) return sentence('options', 'an object', options);
  for (const [name, expected, holds, optional] of checks[of]) {
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined ? !optional : !holds(value)) return sentence(name, expected, value);
  }
  return undefined;
}

/** As `wrongOption`, of a peer connection itself. */
export function wrongConnection(pc: unknown): string | undefined {
  if (has('getStats', 'addEventListener', 'removeEventListener')(pc)) return undefined;
  return sentence('pc', 'a peer connection with getStats and addEventListener', pc);
}

function sentence(name: string, expected: string, received: unknown): string {
  return `playscope: ${name} must be ${expected}, received ${shown(received)}.`;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  if (typeof value === 'object' && value !== null) return Object.prototype.toString.call(value);
  return typeof value === 'function' ? 'a function' : String(value);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isProtocols(value: unknown): boolean {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.length > 0 && all.every((each) => each === 'hls' || each === 'dash');
}

function isBetween(least: number, most: number) {
  return (value: unknown) => typeof value === 'number' && value >= least && value <= most;
}

function isHttp(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function isTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}
