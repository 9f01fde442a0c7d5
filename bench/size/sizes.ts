import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

/** Bytes on disk and on the wire, at the settings of a CDN that compresses once: gzip -9, brotli 11. */
export type Size = { readonly minified: number; readonly gzip: number; readonly brotli: number };

/** What each is, in a table. */
export const labels = {
  script: 'script tag, everything inside',
  esm: 'ESM entry, OpenTelemetry bundled untrimmed',
  esmWithoutSdk: 'ESM entry, OpenTelemetry external',
  esmOfHls: 'parts: hls.js alone, own providers',
  esmOfNative: 'parts: native alone, own providers',
  muxEmbed: `mux-embed ${JSON.parse(readFileSync('node_modules/mux-embed/package.json', 'utf8')).version}`,
};

const pages = {
  whole: "export * from './dist/index.js'",
  // A page with one kind of player, that hands over its own OpenTelemetry.
  hls: "import { attachWith, hls } from './dist/parts.js'; export const attach = attachWith({ players: [hls] })",
  native:
    "import { attachWith, native } from './dist/parts.js'; export const attach = attachWith({ players: [native] })",
};

/**
 * What each way to load the player SDK weighs, and the peer beside it. Needs a built package. The ESM entries are bundled
 * the way a page's own bundler does it.
 */
export async function sizes(): Promise<Record<keyof typeof labels, Size>> {
  return {
    script: measure(readFileSync('dist/playscope.js')),
    esm: measure(await bundled(pages.whole, false)),
    esmWithoutSdk: measure(await bundled(pages.whole, true)),
    esmOfHls: measure(await bundled(pages.hls, true)),
    esmOfNative: measure(await bundled(pages.native, true)),
    muxEmbed: measure(readFileSync('node_modules/mux-embed/dist/mux.js')),
  };
}

function measure(code: Buffer): Size {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: code.length };
  return {
    minified: code.length,
    gzip: gzipSync(code, { level: 9 }).length,
    brotli: brotliCompressSync(code, { params }).length,
  };
}

async function bundled(page: string, withoutSdk: boolean): Promise<Buffer> {
  const entry = resolve('page.js');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? page : null),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      // As part of a page: everything exported is used, and es output of lib mode would keep its white space.
      rolldownOptions: {
        input: entry,
        preserveEntrySignatures: 'strict',
        output: { format: 'es' },
        external: withoutSdk ? /^@opentelemetry\// : [],
      },
    },
  });
  const [first] = [result].flat();
  if (!first || !('output' in first)) throw new Error('size: expected one output of the bundler, received none.');
  return Buffer.from(first.output.map((file) => (file.type === 'chunk' ? file.code : '')).join(''));
}
