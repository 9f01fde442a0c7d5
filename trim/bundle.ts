import { readFileSync } from 'node:fs';
import { minify } from 'terser';
import type { Plugin, UserConfig } from 'vite';
import type { Lean } from './lean.ts';
import { lean } from './lean.ts';
import { trim } from './plugin.ts';
import { onlyLogs, rows } from './rows.ts';

export type BundleOptions = {
  readonly entry: string;
  /** Output folder and file name. */
  readonly folder: string;
  readonly file: string;
  /** Name of the one global. */
  readonly global: string;
  /** `off` bundles OpenTelemetry as published: the reference that the trimmed build is compared with. */
  readonly trimming: 'on' | 'off' | 'repin';
};

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

// The bundle carries OpenTelemetry without its comments; its licence asks for the notice to stay.
const notice =
  `/*! playscope ${version}, Apache-2.0 (see LICENSE). ` +
  'Contains parts of OpenTelemetry JavaScript, Copyright The OpenTelemetry Authors, Apache-2.0, modified by leaving out. */';

// Chromium compiles all functions at once beside the page's thread, instead of each at its first call, which is in `attach` and in
// the first requests of the player. Others take it for a comment. It has to be first
// (V8, "Explicit compile hints").
const compileHint = '//# allFunctionsCalledOnLoad';

/** Minifies once more what Rolldown has minified: each finds what the other leaves, 4 % of the gzipped script. */
function minifyAgain({ privateNames }: Lean): Plugin {
  return {
    name: 'minify-again',
    enforce: 'post',
    async generateBundle(_, files) {
      for (const file of Object.values(files)) {
        if (file.type !== 'chunk' || !file.map) continue;
        const { code = file.code, map } = await minify(file.code, {
          ecma: 2020,
          compress: { ecma: 2020, passes: 2 },
          mangle: { properties: { regex: new RegExp(`^(?:${privateNames().join('|')})$`) } },
          format: { ecma: 2020, comments: false, preamble: `${compileHint}\n${notice}` },
          sourceMap: { content: JSON.stringify(file.map), asObject: true },
        });
        Object.assign(file, { code, map });
        const beside = files[`${file.fileName}.map`];
        if (beside?.type === 'asset') beside.source = JSON.stringify(map);
      }
    },
  };
}

/** One minified script with everything inside. The shipped file and both sides of the payload comparison come from here. */
export function bundle({ entry, folder, file, global, trimming }: BundleOptions): UserConfig {
  const off = trimming === 'off';
  const shorter = lean();
  return {
    logLevel: 'warn',
    plugins: off
      ? []
      : [trim({ rows, pins: 'trim/pins.json', repin: trimming === 'repin' }), shorter, minifyAgain(shorter)],
    build: {
      target: 'es2022',
      outDir: folder,
      emptyOutDir: false,
      sourcemap: true,
      write: trimming !== 'repin',
      lib: { entry, formats: ['iife'], name: global, fileName: () => file },
      rolldownOptions: {
        treeshake: off
          ? true
          : { manualPureFunctions: onlyLogs, propertyReadSideEffects: false, unknownGlobalSideEffects: false },
        output: { comments: false, postBanner: notice },
        checks: { bundlerTimings: false },
      },
    },
  };
}
