import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Plugin, Rolldown } from 'vite';
import type { Row } from './rows.ts';

type Program = ReturnType<Rolldown.PluginContext['parse']>;
type Named = { type: string; name?: string };

const inPackage = /\/node_modules\/@opentelemetry\/([^/]+)\/(?:build\/esm|dist)\/(.+)\.m?js$/;

export type TrimOptions = {
  readonly rows: readonly Row[];
  /** JSON file of module to digest: the texts that a person has read. */
  readonly pins: string;
  /** Write the pins instead of comparing with them; default false. */
  readonly repin?: boolean;
};

/**
 * A build plugin that replaces the modules named by `rows`. The build fails, with the module's name, when a row matches
 * no module, a method is not where the row says, or a text is not the pinned one.
 */
export function trim({ rows, pins, repin = false }: TrimOptions): Plugin {
  const open = new Map<string, Row>();
  const digests = new Map<string, string>();
  return {
    name: 'trim',
    enforce: 'pre',
    apply: 'build',
    buildStart() {
      digests.clear();
      for (const row of rows) open.set(row.module, row);
    },
    load(id) {
      const [, name, path] = inPackage.exec(id.replaceAll('\\', '/')) ?? [];
      const row = open.get(`${name}/${path}`);
      if (!row) return null;
      open.delete(row.module);
      const text = readFileSync(id, 'utf8');
      digests.set(row.module, digest(text));
      const program = this.parse(text);
      const code = row.cut
        ? withoutMethods(text, program, row)
        : replacement(row.instead ?? '', program, (own) => this.parse(own));
      return { code, moduleSideEffects: false };
    },
    buildEnd(error) {
      if (error) return;
      if (open.size > 0) this.error(`trim: no module for the rows ${[...open.keys()].join(', ')}.`);
      if (repin) return writeFileSync(pins, `${JSON.stringify(Object.fromEntries([...digests].sort()), null, 2)}\n`);
      const pinned: Record<string, string> = JSON.parse(readFileSync(pins, 'utf8'));
      const changed = [...digests].filter(([module, found]) => pinned[module] !== found).map(([module]) => module);
      if (changed.length > 0) {
        this.error(`trim: ${changed.join(', ')} changed since last read. Read the new text, then run "npm run pin".`);
      }
    },
  };
}

/** Comments and layout do not count: only code needs to be read again. */
function digest(text: string): string {
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s+/g, ' ');
  return createHash('sha256').update(code).digest('hex').slice(0, 16);
}

function replacement(text: string, original: Program, parse: (text: string) => Program): string {
  const given = exportedNames(parse(text));
  const missing = exportedNames(original).filter((name) => !given.includes(name));
  return [text, ...missing.map((name) => `export class ${name} {}`)].join('\n');
}

function withoutMethods(text: string, program: Program, { module, cut = {} }: Row): string {
  const spans: { start: number; end: number }[] = [];
  for (const [name, methods] of Object.entries(cut)) {
    const members = classMembers(program, name);
    for (const method of methods) {
      const member = members.find((member) => member.type === 'MethodDefinition' && memberName(member) === method);
      if (!member) throw new Error(`trim: ${module} has no method ${name}.${method}.`);
      spans.push(member);
    }
  }
  let rest = text;
  for (const { start, end } of spans.sort((a, b) => b.start - a.start)) rest = rest.slice(0, start) + rest.slice(end);
  return rest;
}

function classMembers(program: Program, name: string) {
  for (const statement of program.body) {
    const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (node?.type === 'ClassDeclaration' && node.id?.name === name) return node.body.body;
  }
  return [];
}

function memberName(member: { computed?: boolean; key?: unknown }): string {
  const { name = '' } = member.key as Named;
  return member.computed ? `[${name}]` : name;
}

function exportedNames(program: Program): string[] {
  return program.body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration') return [];
    const { declaration, specifiers } = statement;
    const named = declaration
      ? 'declarations' in declaration
        ? declaration.declarations.map(({ id }) => id)
        : ['id' in declaration ? declaration.id : undefined]
      : specifiers.map(({ exported }) => exported);
    return named.flatMap((id) => (id && 'name' in id ? [id.name] : []));
  });
}
