import { parseArgs } from 'node:util';
import { version } from '../core/version.ts';
import type { CollectorOptions } from './index.ts';
import { startCollector } from './index.ts';

const help = `playscope collect: receive OTLP/HTTP and show the war room

  --port 4318                 PLAYSCOPE_PORT          port to listen on, 0 for a free one
  --host localhost            PLAYSCOPE_HOST          address to listen on; :: for all interfaces
  --allow-origin URL,URL      PLAYSCOPE_ALLOW_ORIGIN  origins of the pages that may send; default any
  --max-body 4MiB             PLAYSCOPE_MAX_BODY      largest request after decompression
  --region NAME               PLAYSCOPE_REGION        region of players that name none
  --help, --version`;

const flags = ['port', 'host', 'allow-origin', 'max-body', 'region'] as const;
const units: Readonly<Record<string, number>> = { '': 1, B: 1, KiB: 1024, MiB: 1024 ** 2 };

type Values = { readonly [name in (typeof flags)[number]]?: string };

/**
 * Runs `playscope collect` until it is told to stop.
 *
 * @returns the exit code: 0, 1 when the port cannot be had, 2 when a flag is wrong.
 */
export async function collect(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const read = readFlags(args, environment);
  if (typeof read === 'string') {
    console.error(`${read}. playscope collect --help lists the flags.`);
    return 2;
  }
  if ('print' in read) {
    console.log(read.print);
    return 0;
  }
  try {
    const collector = await startCollector(read);
    console.log(`War room   ${collector.url}/\nOTLP/HTTP  ${collector.url}/v1/metrics and /v1/traces`);
    await stopSignal();
    await collector.close();
    return 0;
  } catch (error) {
    console.error(`--${(error as Error).message}. Choose another one with --port or PLAYSCOPE_PORT.`);
    return 1;
  }
}

/** What the flags say, else the environment: options, a text to print, or what is wrong with them. */
export function readFlags(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): CollectorOptions | { readonly print: string } | string {
  const options = {
    ...Object.fromEntries(flags.map((name) => [name, { type: 'string' as const }])),
    ...{ help: { type: 'boolean' as const }, version: { type: 'boolean' as const } },
  };
  let given: Record<string, string | boolean | undefined>;
  try {
    given = parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    return (error as Error).message.split(/[.\n]/)[0] ?? 'flags: expected known ones';
  }
  if (given.help) return { print: help };
  if (given.version) return { print: version };
  const value = (name: string) =>
    given[name] ?? (environment[`PLAYSCOPE_${name.toUpperCase().replace(/-/g, '_')}`] || undefined);
  return optionsOf(Object.fromEntries(flags.map((name) => [name, value(name)])));
}

function optionsOf(values: Values): CollectorOptions | string {
  const port = Number(values.port ?? 4318);
  if (values.port?.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    return `--port: expected a number from 0 to 65535, received ${JSON.stringify(values.port)}`;
  }
  const [, amount, unit = ''] = /^(\d+)\s*([a-zA-Z]*)$/.exec(values['max-body'] ?? '4MiB') ?? [];
  const maxBodyBytes = Number(amount) * (units[unit] ?? Number.NaN);
  if (!(maxBodyBytes >= 1024 && maxBodyBytes <= 256 * 1024 ** 2)) {
    return `--max-body: expected 1KiB to 256MiB, received ${JSON.stringify(values['max-body'])}`;
  }
  const origins = values['allow-origin']?.split(',').map((each) => each.trim());
  const bad = origins?.find((each) => each !== '*' && !isOrigin(each));
  if (bad !== undefined) {
    return `--allow-origin: expected origins such as https://tv.example, received ${JSON.stringify(bad)}`;
  }
  return {
    ...{ port, maxBodyBytes, allowOrigin: origins && !origins.includes('*') ? origins : '*' },
    ...(values.host !== undefined && { host: values.host }),
    ...(values.region !== undefined && { region: values.region }),
  };
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
