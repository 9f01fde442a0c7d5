import { parseArgs } from 'node:util';

const parts = ['collector', 'origin', 'sfu', 'site'] as const;
export type Part = (typeof parts)[number];

export type Ports = Readonly<Record<Part, number>>;
export type Flags = {
  readonly ports: Ports;
  readonly host: string;
  /** Whether the origin publishes its low-latency streams too. */
  readonly lowLatency: boolean;
};

export const defaultPorts: Ports = { collector: 4318, origin: 8081, sfu: 8082, site: 8080 };

const defaultHost = 'localhost';

const flagOf = (part: Part) => `--${part}-port`;
const variableOf = (part: Part) => `PLAYSCOPE_${part.toUpperCase()}_PORT`;

/** The flags of the command line, else of the environment, else the defaults; `'help'` when that was asked for. */
export function readFlags(args: readonly string[], env: NodeJS.ProcessEnv): Flags | 'help' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      'collector-port': text,
      'origin-port': text,
      'sfu-port': text,
      'site-port': text,
      host: text,
      'low-latency': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  const read = (part: Part) => {
    const flag = values[`${part}-port`];
    if (flag !== undefined) return portOf(flagOf(part), flag);
    const variable = env[variableOf(part)];
    return variable ? portOf(variableOf(part), variable) : defaultPorts[part];
  };
  const ports = { collector: read('collector'), origin: read('origin'), sfu: read('sfu'), site: read('site') };
  return {
    ports,
    host: values.host ?? (env.PLAYSCOPE_HOST || defaultHost),
    lowLatency: values['low-latency'] ?? switchOf('PLAYSCOPE_LOW_LATENCY', env.PLAYSCOPE_LOW_LATENCY),
  };
}

/** The answer to `--help`. */
export function help(): string {
  const rows = [
    ['flag', 'or in the environment', 'default'],
    ...parts.map((part) => [flagOf(part), variableOf(part), String(defaultPorts[part])]),
    ['--host', 'PLAYSCOPE_HOST', `${defaultHost}, which is this machine alone`],
    ['--low-latency', 'PLAYSCOPE_LOW_LATENCY=1', 'off; low-latency streams beside the others'],
  ];
  const table = rows.map(
    ([flag = '', variable = '', usual = '']) => `  ${flag.padEnd(19)}${variable.padEnd(27)}${usual}`,
  );
  return ['npm start -- [flags]: a live stream, a player page and the war room on this machine.', '', ...table].join(
    '\n',
  );
}

/** One line for a server that could not start: what stands in the way, and what to do about it. */
export function whyNot(part: Part, port: number, error: NodeJS.ErrnoException): string {
  const remedy = `choose another with ${flagOf(part)} or ${variableOf(part)}`;
  if (error.code === 'EADDRINUSE') return `Port ${port} (${part}) is in use: ${remedy}.`;
  if (error.code === 'EACCES') return `Port ${port} (${part}) may not be opened by this user: ${remedy}.`;
  return `The ${part} did not start: ${error.message}`;
}

function portOf(name: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new RangeError(`${name}: expected a port from 0 (any free one) to 65535, received ${JSON.stringify(text)}`);
}

function switchOf(name: string, text = ''): boolean {
  if (['', '0', '1'].includes(text)) return text === '1';
  throw new RangeError(`${name}: expected 1 or 0, received ${JSON.stringify(text)}`);
}
