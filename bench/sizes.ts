import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

/** Bytes on disk and on the wire, at the settings of a CDN that compresses once: gzip -9, brotli 11. */
export type Size = { readonly minified: number; readonly gzip: number; readonly brotli: number };

/**
 * What each way to load the player SDK weighs, and the peer beside it. Needs a built package. The ESM entry is bundled
 * the way a page's own bundler does it.
 */
export async function sizes(): Promise<Record<'script' | 'esm' | 'esmWithoutSdk' | 'muxEmbed', Size>> {
  return {
    script: measure(readFileSync('dist/playscope.js')),
    esm: measure(await bundled(false)),
    esmWithoutSdk: measure(await bundled(true)),
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

async function bundled(withoutSdk: boolean): Promise<Buffer> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      // As part of a page: everything exported is used, and es output of lib mode would keep its white space.
      rolldownOptions: {
        input: 'dist/index.js',
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
