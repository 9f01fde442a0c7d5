import { readFileSync } from 'node:fs';
import type { UserConfig } from 'vite';
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

/** One minified script with everything inside. The shipped file and both sides of the payload comparison come from here. */
export function bundle({ entry, folder, file, global, trimming }: BundleOptions): UserConfig {
  const off = trimming === 'off';
  return {
    logLevel: 'warn',
    plugins: off ? [] : [trim({ rows, pins: 'trim/pins.json', repin: trimming === 'repin' })],
    build: {
      target: 'es2022',
      outDir: folder,
      emptyOutDir: false,
      sourcemap: true,
      write: trimming !== 'repin',
      lib: { entry, formats: ['iife'], name: global, fileName: () => file },
      rolldownOptions: {
        treeshake: off ? true : { manualPureFunctions: onlyLogs },
        output: { comments: false, postBanner: notice },
      },
    },
  };
}
