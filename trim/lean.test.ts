import { build } from 'vite';
import { expect, test } from 'vitest';
import { lean } from './lean.ts';

const theirs = '/node_modules/@opentelemetry/sdk-x/build/esm/index.js';
const ours = '/src/page.js';

/** The two modules in one, ours first. */
async function bundled(files: Readonly<Record<string, string>>) {
  const shorter = lean();
  const given = { name: 'given', resolveId: (id: string) => id, load: (id: string) => files[id] ?? null };
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [given, shorter],
    build: { write: false, minify: false, lib: { entry: ours, formats: ['es'] } },
  });
  const [first] = [result].flat();
  return { code: first && 'output' in first ? first.output[0].code : '', names: shorter.privateNames() };
}

test('an enum becomes an object with all of its members', async () => {
  const { code } = await bundled({
    [ours]: `export { Kind, Type } from '${theirs}';`,
    [theirs]: `export var Kind;
/** What it is for. */
(function (Kind) {
    /** The first. */
    Kind[Kind["A_ONE"] = 0] = "A_ONE";
    Kind[Kind["B"] = 1] = "B";
})(Kind || (Kind = {}));
export var Type;
(function (Type) {
    Type["A"] = "A_LONG";
})(Type || (Type = {}));
`,
  });
  expect(code.replace(/\s+/g, ' ')).toContain('Kind = { "A_ONE": 0, "B": 1 };');
  expect(code.replace(/\s+/g, ' ')).toContain('Type = { "A": "A_LONG" };');
  expect(code).not.toContain('function');
});

test('a field is declared where it has a value, and nowhere else', async () => {
  const { code } = await bundled({
    [ours]: `export { Span } from '${theirs}';`,
    [theirs]:
      'export class Span {\n    _name;\n    links = [];\n    static made;\n    constructor(name) { this._name = name; }\n}',
  });
  expect(code.match(/^\s+[\w ]+(?= = |;)/gm)?.map((field) => field.trim())).toEqual(['links', 'static made']);
  expect(code).toContain('this._name = name');
});

test('the names of private fields, but for those that another module has', async () => {
  const { names } = await bundled({
    [ours]: `import { Span } from '${theirs}'; export const bytes = (request) => new Span(request._bytes);`,
    [theirs]: 'export class Span { constructor(of) { this._of = of; this._bytes = 0; this.kept = 1; } }',
  });
  expect(names).toEqual(['_of']);
});
