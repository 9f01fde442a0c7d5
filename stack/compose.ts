/** deploy/one-machine/compose.yaml, as far as the stack needs it: which program of which version, with which files and flags. */
import { readFileSync } from 'node:fs';

export type Service = {
  readonly name: string;
  /** What runs, where several services run the same: `collector`. */
  readonly program?: string;
  /** Of the image, without a leading v. */
  readonly version: string;
  readonly flags: readonly string[];
  /** Host path or volume, and where the service sees it. */
  readonly mounts: readonly (readonly [from: string, to: string])[];
  readonly env?: Readonly<Record<string, string>>;
  /** Addresses that mean another service's here: `localhost:8429` in a pod. */
  readonly aliases?: Readonly<Record<string, string>>;
};

/** The services of a compose file that is written one list item a line. */
export function readCompose(path: string): Service[] {
  const [, services = ''] = readFileSync(path, 'utf8').split(/^(?:services|volumes):$/m);
  const blocks = services.split(/^ {2}(?=[a-z-]+:$)/m).slice(1);
  const read = blocks.map((block): Service => {
    const [, name = ''] = /^([a-z-]+):/.exec(block) ?? [];
    const [, version] = /^ {4}image: \S+:v?(\S+)$/m.exec(block) ?? [];
    if (version === undefined) throw new Error(`${path}: expected an image with a version for ${name}.`);
    const mounts = items(block, 'volumes').map((item) => item.split(':') as [string, string]);
    return { name, version, flags: items(block, 'command'), mounts };
  });
  if (read.length === 0) throw new Error(`${path}: expected services, found none.`);
  return read;
}

/** The services with the commands that another compose file gives them. */
export function readOverlay(path: string, services: readonly Service[]): Service[] {
  const blocks = readFileSync(path, 'utf8').split(/^ {2}(?=[a-z-]+:$)/m);
  return services.map((service) => {
    const flags = items(blocks.find((block) => block.startsWith(`${service.name}:`)) ?? '', 'command');
    return flags.length > 0 ? { ...service, flags } : service;
  });
}

function items(block: string, key: string): string[] {
  const [, list = ''] = new RegExp(`^ {4}${key}:\\n((?: {6}.*\\n)+)`, 'm').exec(block) ?? [];
  return [...list.matchAll(/^ {6}- (.+)$/gm)].map(([, item = '']) => item);
}
