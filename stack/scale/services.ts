/** deploy/scale on this machine: two gateways behind nginx, Kafka, two shards, one store in place of a cluster. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCompose } from '../compose.ts';
import type { Stack } from '../services.ts';
import { startServices } from '../services.ts';
import type { Archive } from './archive.ts';
import { archiveExporter, startArchive } from './archive.ts';
import type { Kafka } from './kafka.ts';
import { startKafka } from './kafka.ts';
import type { Kustomized } from './manifests.ts';
import { readKustomization, readManifests, serviceOf, withComponent } from './manifests.ts';

export type Scale = { readonly stack: Stack; readonly kafka: Kafka; readonly archive: Archive; stop(): Promise<void> };

/** The names of what can be killed. */
export const gateways = [0, 1].map((i) => `gateway-collector-${i}`);
export const strictGateway = 'gateway-collector-2';
export const shards = [0, 1].map((i) => [`aggregator-collector-${i}`, `aggregator-vmagent-${i}`] as const);

/**
 * @param folder empty; gets the files, the data and what the programs say.
 * @param viewerKeys public keys, as text, whose tokens a third gateway asks for. Absent, there is none.
 */
export async function startScale(folder: string, viewerKeys?: string): Promise<Scale> {
  const scale = readKustomization('scale');
  const deploy = join(folder, 'deploy');
  cpSync('deploy', deploy, { recursive: true });
  const nginx = join(deploy, 'one-machine/proxy/nginx.conf');
  // What a Service does in a cluster.
  const both = gateways.map((name) => `server ${name}:4318;`).join(' ');
  writeFileSync(nginx, readFileSync(nginx, 'utf8').replace('server collector:4318;', both));
  mkdirSync(join(deploy, 'stack'));
  writeFileSync(join(deploy, 'stack/storage.yaml'), traceStore);
  writeFileSync(join(deploy, 'stack/exporter.yaml'), archiveExporter);
  if (viewerKeys) writeFileSync(join(deploy, 'scale/tokens/viewer-keys.json'), viewerKeys);
  const kafka = await startKafka(join(folder, 'kafka'), topics());
  const archive = await startArchive();
  try {
    const elsewhere = { 'archive:4318': archive.address };
    const stack = await startServices(
      services(scale, kafka.address, viewerKeys !== undefined),
      deploy,
      folder,
      elsewhere,
    );
    return { stack, kafka, archive, stop: () => stack.stop().then(stopStores) };
  } catch (error) {
    await stopStores();
    throw error;
  }

  async function stopStores() {
    await kafka.stop();
    await archive.close();
  }
}

function services(scale: Kustomized, brokers: string, asksForTokens: boolean) {
  const [store] = readCompose('deploy/one-machine/compose.yaml').filter(({ name }) => name === 'victoria-metrics');
  if (!store) throw new Error('deploy/one-machine/compose.yaml: expected the service victoria-metrics, found none.');
  const strict = withComponent(scale, 'scale/tokens');
  const gateway = serviceOf(scale, 'gateway', 'collector', 0);
  const clickhouse = serviceOf(readKustomization('scale/clickhouse'), 'clickhouse-collector', 'collector', 0);
  const all = [
    serviceOf(scale, 'jaeger', 'jaeger', 0),
    // No version of the Collector can be built that has both Kafka's parts and ClickHouse's.
    { ...clickhouse, version: gateway.version },
    ...[0, 1].flatMap((i) => [
      serviceOf(scale, 'aggregator', 'vmagent', i),
      serviceOf(scale, 'aggregator', 'collector', i),
    ]),
    ...[0, 1].map((i) => serviceOf(scale, 'gateway', 'collector', i)),
    ...(asksForTokens ? [serviceOf(strict, 'gateway', 'collector', 2)] : []),
    serviceOf(scale, 'proxy', 'proxy', 0),
    serviceOf(scale, 'vmalert', 'vmalert', 0),
    serviceOf(scale, 'alertmanager', 'alertmanager', 0),
  ].map((service) => ({
    ...service,
    env: { ...service.env, ...strict.literals.get('settings'), KAFKA_BROKERS: brokers },
    flags: service.flags.map((flag) => flag.replace(/\/(insert|select)\/0\/prometheus/, '/prometheus')),
    mounts: service.mounts.map(([from, to]): [string, string] => [replaced[from] ?? from, to]),
    aliases: {
      'localhost:8429': service.name.replace('collector', 'vmagent').concat(':8429'),
      'alertmanager:9093': 'alertmanager-alertmanager-0:9093',
      'vm-victoria-metrics-cluster-vminsert:8480': 'victoria-metrics:8428',
      'vm-victoria-metrics-cluster-vmselect:8481': 'victoria-metrics:8428',
    },
  }));
  // Flags name addresses of what has been started before.
  return [{ ...store, mounts: [['metrics', '/storage'] as const] }, ...all];
}

// There is no OpenSearch here, and no ClickHouse.
const replaced: Readonly<Record<string, string>> = {
  './scale/jaeger/storage.yaml': './stack/storage.yaml',
  './scale/clickhouse/exporter.yaml': './stack/exporter.yaml',
};

const traceStore = `extensions:
  jaeger_storage:
    backends:
      traces:
        memory: { max_traces: 10000 }
`;

function topics(): Record<string, number> {
  const found = readManifests('scale/values/kafka.yaml').filter(({ kind }) => kind === 'KafkaTopic');
  return Object.fromEntries(found.map(({ spec }) => [spec.topicName, spec.partitions]));
}
