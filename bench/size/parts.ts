// node bench/size/parts.ts [file.js] [each]: what the script is made of, folder by folder or module by module. `adds` is how
// much smaller the gzipped file would be without it; parts share words, so that they add up to less than the whole.
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { gzipSync } from 'node:zlib';

type Stretch = { readonly module: string; code: string };

const [file = 'dist/playscope.js', detail] = process.argv.slice(2);
const stretches = stretchesOf(readFileSync(file, 'utf8'), JSON.parse(readFileSync(`${file}.map`, 'utf8')));
const gzip = (code: string) => gzipSync(code, { level: 9 }).length;
const whole = gzip(stretches.map(({ code }) => code).join(''));

const partOf = ({ module }: Stretch) => (detail ? module : folderOf(module));
const parts = [...new Set(stretches.map(partOf))]
  .map((name) => {
    const of = (own: boolean) => stretches.filter((stretch) => (partOf(stretch) === name) === own);
    const text = (some: readonly Stretch[]) => some.map(({ code }) => code).join('');
    return { name, minified: text(of(true)).length, adds: whole - gzip(text(of(false))) };
  })
  .sort((a, b) => b.adds - a.adds);

const line = (name: string, ...cells: (number | string)[]) =>
  console.log(name.padEnd(56), ...cells.map((cell) => cell.toLocaleString('en').padStart(9)));
line(file, 'minified', 'adds');
for (const { name, minified, adds } of parts) line(name, minified, adds);
line(
  'together',
  parts.reduce((sum, { minified }) => sum + minified, 0),
  whole,
);

/** A built file in pieces, each with the module that it comes from. */
function stretchesOf(code: string, map: ConstructorParameters<typeof SourceMap>[0]): Stretch[] {
  const places = new SourceMap(map);
  const found: Stretch[] = [];
  for (const [row, text] of code.split('\n').entries()) {
    for (const [column, letter] of [...text].entries()) {
      const place = places.findEntry(row, column);
      const module = nameOf('originalSource' in place ? place.originalSource : undefined);
      const last = found.at(-1);
      if (last?.module === module) last.code += letter;
      else found.push({ module, code: letter });
    }
  }
  return found;
}

function nameOf(source = 'of the bundler'): string {
  return source
    .replace(/^.*node_modules\/@?/, '')
    .replace(/^(\.\.\/)*/, '')
    .replace(/\/(build\/esm|dist)\//, '/');
}

/** The adapter, folder or package of a module. */
function folderOf(module: string): string {
  const [first, ...deeper] = module.split('/');
  const [adapter] = /^src\/adapters\/(hls|dash|webrtc)\b/.exec(module) ?? [];
  return adapter ?? [first, ...deeper.slice(0, 1)].join('/');
}
