// Every build of the project, one mode each (see scripts/build.ts), and the unit tests.
import { chmodSync, copyFileSync, globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin, UserConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import { bundle } from './trim/bundle.ts';

const target = 'es2022';

const modes: Record<string, () => UserConfig> = {
  esm,
  node,
  script: () => script('dist', 'playscope.js', 'on'),
  plain: () => script('build', 'playscope.plain.js', 'off'),
  pin: () => script('build', 'playscope.js', 'repin'),
  warroom: () => site('src/warroom', 'dist/warroom', './'),
  player: () => site('src/synthetic/player', 'dist/player', './'),
  report,
  site: () => site('demo/site', 'build/site', '/'),
};

export default defineConfig(({ mode }) => ({
  ...modes[mode]?.(),
  clearScreen: false,
  test: {
    environment: 'node',
    include: ['{src,demo,drill,scripts,stack,trim,bench,truth}/**/*.test.ts'],
  },
}));

/** The browser entries and what they share. OpenTelemetry stays outside, so that a page that has it already does not load it twice. */
function esm(): UserConfig {
  return {
    build: {
      target,
      outDir: 'dist',
      emptyOutDir: false,
      sourcemap: true,
      minify: false,
      lib: { entry: { index: 'src/index.ts', parts: 'src/parts.ts' }, formats: ['es'] },
      rolldownOptions: {
        external: /^@opentelemetry\//,
        output: { entryFileNames: '[name].js', chunkFileNames: 'shared.js' },
      },
    },
  };
}

/** The collector, the servers' module, the synthetic viewers and the command line. Apart from the browser entry, so that the two never share a chunk. */
function node(): UserConfig {
  return {
    plugins: [
      {
        name: 'executable-and-schema',
        writeBundle: ({ dir = 'dist' }, files) => {
          if (files['cli.js']) chmodSync(`${dir}/cli.js`, 0o755);
          copyFileSync('src/synthetic/report-schema.json', `${dir}/watch-report.schema.json`);
        },
      },
    ],
    build: {
      target: 'node20',
      ssr: true,
      outDir: 'dist',
      emptyOutDir: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input: {
          collector: 'src/collector/index.ts',
          server: 'src/server/index.ts',
          synthetic: 'src/synthetic/index.ts',
          'synthetic-playwright': 'src/synthetic/fixture.ts',
          cli: 'src/cli.ts',
        },
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: 'node/[name].js',
          banner: ({ name }) => (name === 'cli' ? '#!/usr/bin/env node' : ''),
        },
      },
    },
  };
}

function script(folder: string, file: string, trimming: 'on' | 'off' | 'repin'): UserConfig {
  return bundle({ entry: 'src/script.ts', folder, file, global: 'playscope', trimming });
}

/** The script and style that a report of `playscope watch` has inside. */
function report(): UserConfig {
  return {
    build: {
      target,
      outDir: 'dist/report',
      emptyOutDir: true,
      license: { fileName: 'licenses.md' },
      lib: {
        entry: 'src/synthetic/charts/main.ts',
        formats: ['iife'],
        name: 'report',
        fileName: () => 'report.js',
        cssFileName: 'report',
      },
    },
  };
}

function site(root: string, outDir: string, base: string): UserConfig {
  return {
    root,
    base,
    plugins: [sharedParts(root)],
    build: {
      target,
      outDir: resolve(outDir),
      emptyOutDir: true,
      // Bundled libraries ask for their notice to stay.
      license: { fileName: 'licenses.md' },
      chunkSizeWarningLimit: 1000,
      rolldownOptions: { input: globSync(`${root}/*.html`) },
    },
  };
}

/** Puts `parts/NAME.html` where a page says `<!-- include NAME -->`: what pages have in common stands in one place. */
function sharedParts(root: string): Plugin {
  const partOf = (name: string) => readFileSync(`${root}/parts/${name}.html`, 'utf8').trimEnd();
  return {
    name: 'shared-parts',
    transformIndexHtml: {
      order: 'pre',
      handler: (page) => page.replace(/<!-- include ([\w-]+) -->/g, (_, name) => partOf(name)),
    },
  };
}
