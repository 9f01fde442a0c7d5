/** The containers of deploy/scale as services of this machine: which program, flags and files each has, as the manifests say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { Service } from '../compose.ts';

export type Container = {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string }[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
};
type PodSpec = {
  readonly containers: readonly Container[];
  readonly volumes?: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[];
};
export type Manifest = {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has another; the tests look into them.
  readonly spec: any;
};
type Kustomization = {
  readonly resources?: readonly string[];
  readonly configMapGenerator?: readonly {
    readonly name: string;
    readonly files?: readonly string[];
    readonly literals?: readonly string[];
  }[];
};

/** What a kustomization has, with that of those it takes in. Paths are from deploy/. */
export type Kustomized = {
  readonly manifests: readonly Manifest[];
  /** Files by the name of their ConfigMap. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Variables by the name of their ConfigMap. */
  readonly literals: ReadonlyMap<string, Readonly<Record<string, string>>>;
};

/** @param folder of a kustomization, from deploy/. */
export function readKustomization(folder: string): Kustomized {
  const { resources = [], configMapGenerator = [] }: Kustomization = parse(
    readFileSync(join('deploy', folder, 'kustomization.yaml'), 'utf8'),
  );
  const parts = resources
    .filter((path) => !path.endsWith('.yaml'))
    .map((path) => readKustomization(join(folder, path)));
  const own = resources.filter((path) => path.endsWith('.yaml')).flatMap((path) => readManifests(join(folder, path)));
  return {
    manifests: [...parts.flatMap(({ manifests }) => manifests), ...own],
    files: new Map([
      ...parts.flatMap(({ files }) => [...files]),
      ...configMapGenerator.map(({ name, files = [] }): [string, string[]] => [
        name,
        files.map((file) => join(folder, file)),
      ]),
    ]),
    literals: new Map([
      ...parts.flatMap(({ literals }) => [...literals]),
      ...configMapGenerator.map(({ name, literals = [] }): [string, Record<string, string>] => [
        name,
        Object.fromEntries(literals.map((literal) => literal.split(/=(.*)/s) as [string, string])),
      ]),
    ]),
  };
}

/** The manifests of a file. */
export function readManifests(path: string): Manifest[] {
  return parseAllDocuments(readFileSync(join('deploy', path), 'utf8'), { merge: true }).map((each) => each.toJS());
}

/** The pods that a manifest makes; none when it makes none. */
export function podOf({ spec }: Manifest): PodSpec | undefined {
  return spec?.template?.spec;
}

/** A container of a manifest, as instance number `i`. */
export function serviceOf({ manifests, files }: Kustomized, owner: string, container: string, i: number): Service {
  const pod = podOf(manifests.find(({ metadata, spec }) => metadata.name === owner && spec.template) ?? absent());
  const found = pod?.containers.find(({ name }) => name === container) ?? absent();
  const mounts = (found.volumeMounts ?? []).flatMap(({ name, mountPath }): [string, string][] => {
    const configMap = pod?.volumes?.find((volume) => volume.name === name)?.configMap;
    if (!configMap) return [[name, mountPath]];
    return (files.get(configMap.name) ?? []).map((file) => [
      `./${file}`,
      join(mountPath, file.split('/').at(-1) ?? ''),
    ]);
  });
  const podName = `${owner}-${i}`;
  return {
    name: `${owner}-${container}-${i}`,
    program: container,
    version: /:v?([^:]+)$/.exec(found.image)?.[1] ?? '',
    flags: (found.args ?? []).map((flag) => flag.replaceAll('$(POD_NAME)', podName)),
    mounts,
    env: { POD_NAME: podName },
  };

  function absent(): never {
    throw new Error(`deploy/scale: expected a container ${container} of ${owner}.`);
  }
}
