// Every code block of the README and the guides compiles against the built package, so that it cannot rot. That the examples
// do what the text says is left to the stories.
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect } from '@playwright/test';
import { test } from './build.ts';
import { typeErrors } from './type-check.ts';

// What a reader's own page has before the example starts.
const page = `
  declare const playscope: typeof import('playscope');
  declare const Hls: typeof import('hls.js').default;
  declare const hls: import('hls.js').default;
  declare const tracerProvider: import('@opentelemetry/api').TracerProvider;
  declare const meterProvider: import('@opentelemetry/api').MeterProvider;
  declare const video: HTMLVideoElement;
  declare const view: import('playscope').View;`;

const pages = ['README.md', ...globSync('docs/guides/*.md')];

// TypeScript as strict as it goes; JavaScript as an editor checks it.
for (const [extension, strict] of [
  ['ts', true],
  ['js', false],
] as const) {
  test(`the code blocks of the README and the guides compile: ${extension}`, () => {
    const files = pages.flatMap(blocksOf).filter(([name]) => name.endsWith(extension));
    if (extension === 'ts') expect(files).not.toEqual([]);
    expect(
      typeErrors(`build/readme-${extension}`, { ...Object.fromEntries(files), 'page.d.ts': page }, { strict }),
    ).toEqual([]);
  });
}

/** The blocks in ts, js and html (their inline scripts), each a module of its own named by its page and line. */
function blocksOf(page: string): [name: string, code: string][] {
  const files: [string, string][] = [];
  const text = readFileSync(page, 'utf8');
  for (const { 1: language = '', 2: code = '', index } of text.matchAll(/^```(ts|js|html)\n([\s\S]*?)^```$/gm)) {
    const line = text.slice(0, index).split('\n').length;
    const parts = language === 'html' ? inlineScripts(code) : [code];
    const extension = language === 'ts' ? 'ts' : 'js';
    for (const [i, part] of parts.entries()) {
      files.push([`${basename(page, '.md')}-${line}-${i}.${extension}`, `${part}\nexport {};\n`]);
    }
  }
  return files;
}

function inlineScripts(html: string): string[] {
  return [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, code = '']) => code);
}
