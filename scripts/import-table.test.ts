// Deliberate violations, one file each: every rule of biome.json that keeps the architecture must fire, and only there.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const imports = (from: string) => `import { it } from '${from}';\nexport const that = it;\n`;
const types = (from: string) => `import type { It } from '${from}';\nexport type That = It;\n`;

// file, text, the rule that fires or undefined where the text is allowed
const cases: [string, string, string?][] = [
  ['src/core/sibling.ts', imports('./other.ts')],
  ['src/core/page.ts', imports('../page/clock.ts'), 'noRestrictedImports'],
  ['src/core/package.ts', imports('@opentelemetry/api'), 'noRestrictedImports'],
  ['src/core/window.ts', 'export const wide = window.innerWidth;\n', 'noRestrictedGlobals'],
  ['src/core/document.ts', 'export const page = document;\n', 'noRestrictedGlobals'],
  ['src/core/process.ts', 'export const args = process.argv;\n', 'noRestrictedGlobals'],
  ['src/core/fetch.ts', "export const answer = fetch('/');\n", 'noRestrictedGlobals'],
  ['src/core/performance.ts', 'export const now = performance.now();\n', 'noRestrictedGlobals'],
  ['src/core/date.ts', 'export const now = Date.now();\n', 'noRestrictedGlobals'],
  ['src/core/clock.test.ts', 'export const now = Date.now();\n'],
  ['src/page/test-page.ts', imports('vitest')],
  ['src/page/core.ts', imports('../core/events.ts')],
  ['src/page/telemetry.ts', imports('../telemetry/recorder.ts'), 'noRestrictedImports'],
  ['src/adapters/allowed.ts', imports('./media.ts') + types('../core/events.ts').replaceAll('That', 'Other')],
  ['src/adapters/sideways.ts', imports('./hls.ts'), 'noRestrictedImports'],
  ['src/adapters/telemetry.ts', imports('../telemetry/recorder.ts'), 'noRestrictedImports'],
  ['src/adapters/dash/allowed.ts', imports('../media.ts') + types('../../core/events.ts').replaceAll('That', 'Other')],
  ['src/adapters/dash/sideways.ts', imports('../hls.ts'), 'noRestrictedImports'],
  ['src/adapters/dash/telemetry.ts', imports('../../telemetry/recorder.ts'), 'noRestrictedImports'],
  ['src/adapters/player.ts', types('hls.js'), 'noRestrictedImports'],
  ['src/attach.ts', imports('node:events'), 'noNodejsModules'],
  ['src/telemetry/api.ts', imports('@opentelemetry/api')],
  ['src/telemetry/sdk.ts', imports('@opentelemetry/sdk-metrics'), 'noRestrictedImports'],
  ['src/telemetry/providers.ts', imports('@opentelemetry/sdk-metrics')],
  ['src/telemetry/adapters.ts', imports('../adapters/media.ts'), 'noRestrictedImports'],
  ['src/transport/page.ts', imports('../page/clock.ts')],
  ['src/transport/core.ts', imports('../core/session.ts'), 'noRestrictedImports'],
  ['src/collector/core.ts', imports('../core/signals.ts')],
  ['src/collector/node.ts', imports('node:http')],
  ['src/collector/page.ts', imports('../page/clock.ts'), 'noRestrictedImports'],
  ['src/server/core.ts', imports('../core/rtp.ts')],
  ['src/server/page.ts', imports('../page/clock.ts'), 'noRestrictedImports'],
  ['src/doctor/core.ts', imports('../core/trace-query.ts')],
  ['src/doctor/browser.ts', imports('../synthetic/browsers.ts')],
  ['src/doctor/page.ts', imports('../page/clock.ts'), 'noRestrictedImports'],
  ['src/cli.ts', imports('./transport/queue.ts'), 'noRestrictedImports'],
  ['src/synthetic/telemetry.ts', imports('../telemetry/recorder.ts'), 'noRestrictedImports'],
  ['src/synthetic/light/telemetry.ts', imports('../../telemetry/recorder.ts')],
  ['src/synthetic/light/page.ts', imports('../../page/clock.ts'), 'noRestrictedImports'],
  ['src/warroom/chart.ts', imports('uplot')],
  ['src/warroom/core.ts', imports('../core/signals.ts'), 'noRestrictedImports'],
  ['src/index.ts', 'export const it = 1;\n'],
  ['demo/site/page.ts', imports('playscope')],
  ['demo/site/inside.ts', imports('../../src/core/signals.ts'), 'noRestrictedImports'],
  ['e2e/inside.spec.ts', imports('../src/attach.ts'), 'noRestrictedImports'],
  ['drill/alerts.ts', imports('../src/core/alerts.ts')],
  ['drill/inside.ts', imports('../src/core/signals.ts'), 'noRestrictedImports'],
  ['truth/inside.ts', imports('../src/attach.ts'), 'noRestrictedImports'],
  ['src/extension.ts', imports('./page/core'), 'useImportExtensions'],
  ['src/default.ts', 'export default 1;\n', 'noDefaultExport'],
  ['vite.config.ts', 'export default 1;\n'],
  ['src/types.ts', "import { It } from './it.ts';\nexport type That = It;\n", 'useImportType'],
  ['src/all.ts', "export * from './default.ts';\n", 'noReExportAll'],
  ['src/one.ts', "import { two } from './two.ts';\nexport const one = () => two;\n", 'noImportCycles'],
  ['src/two.ts', "import { one } from './one.ts';\nexport const two = () => one;\n", 'noImportCycles'],
];

const folder = mkdtempSync(join(tmpdir(), 'playscope-lint-'));
const found = new Map<string, string[]>();

beforeAll(() => {
  // With the paths of tsconfig.json, which make the package's name look like a relative import to some rules.
  for (const file of ['biome.json', 'tsconfig.json']) copyFileSync(file, join(folder, file));
  for (const [file, text] of cases) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const biome = join(process.cwd(), 'node_modules/.bin/biome');
  const args = ['lint', '.', '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none'];
  const { stdout } = spawnSync(biome, args, { cwd: folder, encoding: 'utf8' });
  for (const [, rule = '', file = ''] of stdout.matchAll(/title=lint\/\w+\/(\w+),file=([^,]+)/g)) {
    found.set(file, [...(found.get(file) ?? []), rule]);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each(cases)('%s', (file, _text, rule) => {
  expect(found.get(file) ?? []).toEqual(rule ? [rule] : []);
});
