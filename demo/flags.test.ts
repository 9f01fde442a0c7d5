import { describe, expect, test } from 'vitest';
import { help, readFlags, whyNot } from './flags.ts';

describe('flags', () => {
  test('have defaults', () => {
    const ports = { collector: 4318, origin: 8081, sfu: 8082, site: 8080 };
    expect(readFlags([], {})).toEqual({ ports, host: 'localhost', lowLatency: false });
  });

  test('come from flags before the environment', () => {
    const env = {
      PLAYSCOPE_ORIGIN_PORT: '9001',
      PLAYSCOPE_SITE_PORT: '9002',
      PLAYSCOPE_SFU_PORT: '9003',
      PLAYSCOPE_HOST: '::',
    };
    const ports = { collector: 4318, origin: 9001, sfu: 9003, site: 0 };
    expect(readFlags(['--site-port', '0'], env)).toEqual({ ports, host: '::', lowLatency: false });
  });

  test('switch the low-latency streams on, in either way', () => {
    expect(readFlags(['--low-latency'], {})).toMatchObject({ lowLatency: true });
    expect(readFlags([], { PLAYSCOPE_LOW_LATENCY: '1' })).toMatchObject({ lowLatency: true });
    expect(readFlags([], { PLAYSCOPE_LOW_LATENCY: '0' })).toMatchObject({ lowLatency: false });
    expect(() => readFlags([], { PLAYSCOPE_LOW_LATENCY: 'yes' })).toThrow(
      'PLAYSCOPE_LOW_LATENCY: expected 1 or 0, received "yes"',
    );
  });

  test.each([
    [['--site-port', 'eighty'], '--site-port: expected a port from 0 (any free one) to 65535, received "eighty"'],
    [['--origin-port=70000'], '--origin-port: expected a port from 0 (any free one) to 65535, received "70000"'],
    [['--port', '1'], "Unknown option '--port'"],
  ])('%j is refused in one line', (args, sentence) => {
    expect(() => readFlags(args, {})).toThrow(sentence);
  });

  test('are explained', () => {
    expect(readFlags(['--help'], {})).toBe('help');
    expect(help()).toContain('--collector-port   PLAYSCOPE_COLLECTOR_PORT   4318');
  });
});

test('a port in use names the port, the flag and the variable', () => {
  const error = Object.assign(new Error('listen'), { code: 'EADDRINUSE' });
  expect(whyNot('origin', 8081, error)).toBe(
    'Port 8081 (origin) is in use: choose another with --origin-port or PLAYSCOPE_ORIGIN_PORT.',
  );
});
