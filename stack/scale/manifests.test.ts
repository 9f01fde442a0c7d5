import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { installed, run } from '../binaries.ts';
import { readCompose } from '../compose.ts';
import type { Manifest } from './manifests.ts';
import { podOf, readKustomization, readManifests, serviceOf, withComponent } from './manifests.ts';

const sizes = readdirSync('deploy/sizes');
const scale = readKustomization('scale');
const pods = scale.manifests.flatMap((manifest) => {
  const pod = podOf(manifest);
  return pod ? [{ name: manifest.metadata.name, ...manifest, pod }] : [];
});
const containers = pods.flatMap(({ name, pod }) =>
  pod.containers.map((container) => ({ ...container, what: `${name}/${container.name}`, volumes: pod.volumes ?? [] })),
);

test('each ConfigMap that a pod names is made, and of files that are there', () => {
  const named = containers.flatMap(({ volumes, envFrom = [] }) => [
    ...volumes.flatMap(({ configMap }) => configMap?.name ?? []),
    ...envFrom.map(({ configMapRef }) => configMapRef.name),
  ]);
  expect(named.filter((name) => !scale.files.has(name))).toEqual([]);
  const files = [...scale.files.values()].flat();
  expect(files.filter((file) => !existsSync(join('deploy', file)))).toEqual([]);
});

test.each(containers)('$what: the files that its flags name are mounted', ({
  args = [],
  volumeMounts = [],
  volumes,
}) => {
  const mounted = volumeMounts.flatMap(({ name, mountPath }) => {
    const configMap = volumes.find((volume) => volume.name === name)?.configMap?.name ?? '';
    return (scale.files.get(configMap) ?? []).map((file) => join(mountPath, file.split('/').at(-1) ?? ''));
  });
  const named = [...args.join('\n').matchAll(/(?:^|=)(\/etc\/\S+)/gm)].map(([, path]) => path);
  expect(named.filter((path) => !mounted.includes(path ?? ''))).toEqual([]);
});

test.each(containers)('$what: its image has a version, its ports are those that it listens on', (container) => {
  expect(container.image).toMatch(/^[\w./-]+:v?\d+\.\d+\.\d+/);
  const texts = [
    ...(container.args ?? []),
    ...container.volumes.flatMap(({ configMap }) =>
      (scale.files.get(configMap?.name ?? '') ?? []).map((file) => readFileSync(join('deploy', file), 'utf8')),
    ),
  ].join('\n');
  const ports = container.ports ?? [];
  expect(ports.filter(({ containerPort }) => !texts.includes(`0.0.0.0:${containerPort}`))).toEqual([]);
});

test('services, probes, autoscalers and budgets name what there is', () => {
  const labelled = (labels: object) =>
    pods.filter(({ spec }) => JSON.stringify(spec.template.metadata.labels) === JSON.stringify(labels));
  for (const { kind, metadata, spec } of scale.manifests) {
    if (kind === 'Service') {
      const [pod] = labelled(spec.selector);
      const ports = pod?.pod.containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name)) ?? [];
      for (const { targetPort } of spec.ports) expect(ports, metadata.name).toContain(targetPort);
    }
    if (kind === 'PodDisruptionBudget') expect(labelled(spec.selector.matchLabels), metadata.name).toHaveLength(1);
    if (kind === 'HorizontalPodAutoscaler') expect(pods.map(({ name }) => name)).toContain(spec.scaleTargetRef.name);
    if (kind === 'StatefulSet') expect(spec.serviceName).toBe(metadata.name);
    if (spec?.template) expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
  }
});

test('programs have the versions of one machine, and its flags but for addresses and folders', () => {
  for (const service of readCompose('deploy/one-machine/compose.yaml')) {
    const found = containers.filter(({ name }) => name === service.name);
    for (const { image, args = [] } of found) {
      expect(image.split(/:v?/)[1], service.name).toBe(service.version);
      if (service.name === 'vmagent') expect(flagNames(args)).toEqual(expect.arrayContaining(flagNames(service.flags)));
    }
  }
});

test('each pod is asked whether it is ready, is locked in, and says what it wants', () => {
  for (const { readinessProbe, resources, securityContext, what } of containers as ((typeof containers)[number] &
    Record<string, object>)[]) {
    expect(readinessProbe, what).toBeDefined();
    expect(resources, what).toMatchObject({ requests: { cpu: expect.anything(), memory: expect.anything() } });
    expect(securityContext, what).toMatchObject({ readOnlyRootFilesystem: true, runAsNonRoot: true });
  }
});

test('gateways write to the topics that Kafka has, and consumers read them', () => {
  const topics = readManifests('scale/values/kafka.yaml').filter(({ kind }) => kind === 'KafkaTopic');
  const { exporters } = config('collector/gateway.yaml');
  const written = [exporters.kafka.metrics.topic, exporters.kafka.traces.topic];
  const read = [
    config('collector/aggregator.yaml').receivers.kafka.metrics.topics[0],
    config('jaeger/jaeger.yaml').receivers.kafka.traces.topic,
  ];
  expect(topics.map(({ spec }) => spec.topicName).sort()).toEqual([...written].sort());
  expect([...read].sort()).toEqual([...written].sort());
});

test.each(sizes)('the size %s changes only what there is', (size) => {
  const { patches = [], replicas = [] } = config(`../sizes/${size}/kustomization.yaml`);
  const names = scale.manifests.map(({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`);
  for (const { target } of patches) expect(names).toContain(`${target.kind} ${target.name}`);
  for (const { name } of replicas) expect(pods.map((pod) => pod.name)).toContain(name);
});

test('with tokens, gateways have the files that their flags name, in the place of no other', () => {
  const { flags, mounts } = serviceOf(withComponent(scale, 'scale/tokens'), 'gateway', 'collector', 0);
  const places = mounts.map(([, to]) => to);
  const named = flags.map((flag) => flag.split('=')[1]);
  expect(places).toEqual(expect.arrayContaining(named));
  expect(new Set(places).size).toBe(places.length);
  const { extensions } = config('tokens/tokens.yaml');
  expect(places).toContain(extensions.oidc.providers[0].public_keys_file);
});

test('gateways that ask for tokens do all that the others do', () => {
  const plain = config('collector/gateway.yaml').service.pipelines;
  const strict = config('tokens/tokens.yaml').service.pipelines;
  for (const name of ['metrics/players', 'traces/players']) {
    const rest = strict[name].processors.filter((processor: string) => !processor.endsWith('/token'));
    expect(rest).toEqual(plain[name].processors);
    expect(strict[name].processors[1]).toBe('filter/token');
  }
});

const kubectl = (() => {
  try {
    return installed('kubectl');
  } catch {
    return undefined;
  }
})();
test.skipIf(!kubectl).each(sizes)('kubectl renders the size %s', async (size) => {
  const rendered = await run(kubectl ?? '', ['kustomize', join('deploy/sizes', size)]);
  expect(rendered.match(/^kind: /gm)?.length).toBeGreaterThan(scale.manifests.length);
  // A ConfigMap that is made has a digest in its name, and so has whoever wants it.
  expect(rendered).toMatch(/configMap:\n\s+name: collector-\w{10}/);
});

test.skipIf(!kubectl)('kubectl renders a size with tokens', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'playscope-kustomize-'));
  try {
    cpSync('deploy', folder, { recursive: true });
    writeFileSync(join(folder, 'scale/tokens/viewer-keys.json'), '{"keys":[]}');
    appendFileSync(join(folder, 'sizes/100k/kustomization.yaml'), 'components: [../../scale/tokens]\n');
    const rendered = await run(kubectl ?? '', ['kustomize', join(folder, 'sizes/100k')]);
    expect(rendered).toContain('- --config=/etc/otelcol/tokens/tokens.yaml');
    expect(rendered).toMatch(/configMap:\n\s+name: viewer-tokens-\w{10}/);
    expect(rendered).toContain('TOKEN_ISSUER: https://www.example.com');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// biome-ignore lint/suspicious/noExplicitAny: each file has another shape.
function config(path: string): any {
  return parse(readFileSync(join('deploy/scale', path), 'utf8'));
}

function flagNames(flags: readonly string[]): string[] {
  return flags.map((flag) => flag.split('=')[0] ?? flag);
}
