import type { Plugin, Rolldown } from 'vite';

type Program = ReturnType<Rolldown.PluginContext['parse']>;

const ofOpenTelemetry = /\/node_modules\/@opentelemetry\//;

// An enum as the TypeScript compiler writes it: `export var Name;` and a function that fills it in, a line for each member.
const enumeration = /export var (\w+);\s*(?:\/\*[\s\S]*?\*\/\s*)?\(function \(\1\) \{\n([\s\S]*?)\n\}\)\(\1 \|\| .*;/g;
const member = /^ +\w+\[(?:\w+\[)?("\w+")(?:\] = (\d+))?\] = ("\w+");$/gm;

export type Lean = Plugin & {
  /** The names of OpenTelemetry's private fields that no other module has: nobody else asks for them, whatever they are called. */
  privateNames(): string[];
};

/**
 * A build plugin that writes OpenTelemetry shorter and leaves nothing out that is used. An enum becomes an object, whose
 * values the minifier can put where they are read; only consoles look up the name of a value. A field is not declared before
 * the constructor sets it.
 */
export function lean(): Lean {
  const theirs = new Set<string>();
  const others = new Set<string>();
  return {
    name: 'lean',
    apply: 'build',
    transform(code, id) {
      if (!ofOpenTelemetry.test(id.replaceAll('\\', '/'))) {
        for (const [name] of code.matchAll(/\b_\w+/g)) others.add(name);
        return null;
      }
      for (const [, name = ''] of code.matchAll(/\bthis\.(_\w+)/g)) theirs.add(name);
      return { code: withoutBareFields(code, this.parse(code)).replace(enumeration, objectOf), map: null };
    },
    privateNames: () => [...theirs].filter((name) => !others.has(name)),
  };
}

/** The lines stay as many as they were: a source map knows nothing of this. */
function objectOf(text: string, name: string, body: string): string {
  const members = [...body.matchAll(member)].map(([, key, number, word]) => `${key}: ${number ?? word}`);
  return `export const ${name} = { ${members.join(', ')} };${text.replace(/[^\n]/g, '')}`;
}

function withoutBareFields(code: string, program: Program): string {
  const classes = program.body.map((statement) =>
    statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement,
  );
  let rest = code;
  for (const found of classes.reverse()) {
    if (found?.type !== 'ClassDeclaration') continue;
    for (const field of found.body.body.reverse()) {
      if (field.type !== 'PropertyDefinition' || field.value || field.static) continue;
      rest = rest.slice(0, field.start) + rest.slice(field.end);
    }
  }
  return rest;
}
