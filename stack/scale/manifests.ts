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
        variables(literals),
      ]),
    ]),
  };
}

type Component = Pick<Kustomization, 'configMapGenerator'> & {
  readonly patches: readonly {
    readonly target: { readonly kind: string; readonly name: string };
    readonly patch: string;
  }[];
};

/** The same with a component, whose patches may do no more than add to lists. */
export function withComponent(base: Kustomized, folder: string): Kustomized {
  const { patches, configMapGenerator = [] }: Component = parse(
    readFileSync(join('deploy', folder, 'kustomization.yaml'), 'utf8'),
  );
  const manifests = structuredClone(base.manifests);
  for (const { target, patch } of patches) {
    const manifest = manifests.find(({ kind, metadata }) => kind === target.kind && metadata.name === target.name);
    for (const { path, value } of parse(patch) as { path: string; value: unknown }[]) {
      const keys = path.split('/').slice(1, -1);
      // biome-ignore lint/suspicious/noExplicitAny: each kind has another shape.
      const list = keys.reduce((found: any, key) => found?.[key], manifest);
      if (!Array.isArray(list)) throw new Error(`deploy/${folder}: expected a list at ${path} of ${target.name}.`);
      list.push(value);
    }
  }
  const [files, literals] = [new Map(base.files), new Map(base.literals)];
  for (const { name, files: added = [], literals: set = [] } of configMapGenerator) {
    files.set(name, [...(files.get(name) ?? []), ...added.map((file) => join(folder, file))]);
    literals.set(name, { ...literals.get(name), ...variables(set) });
  }
  return { manifests, files, literals };
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

function variables(literals: readonly string[]): Record<string, string> {
  return Object.fromEntries(literals.map((literal) => literal.split(/=(.*)/s) as [string, string]));
}
