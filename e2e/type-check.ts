import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type TypeCheckOptions = {
  /** How the consumer's project finds modules; default `bundler`. */
  readonly resolution?: 'nodenext' | 'bundler';
  /** Default true; false also checks the declarations that the package ships. */
  readonly skipLibCheck?: boolean;
  /** Default true. */
  readonly strict?: boolean;
};

/**
 * Type-checks files as a user of the built package would, and gives the compiler's messages, none when all is well.
 * `folder` is emptied first; inside the project the name `playscope` means what `exports` says.
 */
export function typeErrors(
  folder: string,
  files: Readonly<Record<string, string>>,
  options: TypeCheckOptions = {},
): string[] {
  const { resolution = 'bundler', skipLibCheck = true, strict = true } = options;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    module: resolution === 'nodenext' ? 'nodenext' : 'preserve',
    moduleResolution: resolution,
    types: ['node'],
    strict,
    allowJs: true,
    checkJs: true,
    noEmit: true,
    skipLibCheck,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }));
  const { stdout } = spawnSync('node_modules/.bin/tsc', ['-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return stdout.split('\n').filter(Boolean);
}
