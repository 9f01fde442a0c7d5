import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCompose } from './compose.ts';

const deploy = 'deploy/one-machine';
const services = readCompose(join(deploy, 'compose.yaml'));

test('all services are read, each of one version', () => {
  expect(services.map(({ name }) => name)).toEqual(
    'collector vmagent victoria-metrics vmalert alertmanager jaeger proxy grafana'.split(' '),
  );
  for (const { version } of services) expect(version).toMatch(/^\d+\.\d+\.\d+/);
});

test('the Collector is built in the version of its image', () => {
  const { version } = services.find(({ name }) => name === 'collector') ?? {};
  const recipe = readFileSync('stack/collector.builder.yaml', 'utf8');
  const modules = [...recipe.matchAll(/(\S+) v(\S+)$/gm)].filter(([, path]) => !path?.includes('/confmap/'));
  expect(new Set(modules.map(([, , tag]) => tag))).toEqual(new Set([version]));
});

test('the recipe has the components that the configurations name, and no others', () => {
  const recipe = readFileSync('stack/collector.builder.yaml', 'utf8');
  const built = [...recipe.matchAll(/\/(\w+?)(?:receiver|processor|exporter|extension) v/g)].map(([, name]) => name);
  const paths = ['one-machine/collector/*.yaml', 'scale/collector/*.yaml'].flatMap((each) =>
    globSync(`deploy/${each}`),
  );
  const config = paths.map((path) => {
    const [parts = ''] = readFileSync(path, 'utf8').split(/^service:$/m);
    return parts;
  });
  const named = [...config.join('\n').matchAll(/^ {2}([a-z_]+)(?:\/\w+)?:$/gm)].map(([, name = '']) =>
    name.replaceAll('_', '').replace(/^oidc$/, 'oidcauth'),
  );
  expect([...new Set(named)].sort()).toEqual([...new Set(built)].sort());
});

test('files that a service sees are there', () => {
  const own = services.flatMap(({ mounts }) => mounts.map(([from]) => from)).filter((from) => from.startsWith('.'));
  expect(own.filter((path) => !existsSync(join(deploy, path)))).toEqual([]);
  for (const { flags, mounts } of services) {
    for (const [, path = ''] of flags.join('\n').matchAll(/[= ](\/etc\/\S+)/g)) {
      const [from = '', to = ''] = mounts.find(([, each]) => path.startsWith(each)) ?? [];
      expect(existsSync(join(deploy, path.replace(to, from))), path).toBe(true);
    }
  }
});
