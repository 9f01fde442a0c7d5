/** The real programs: built once from pinned versions of Go's registry, or taken from the distribution. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where programs are kept between runs: PLAYSCOPE_STACK, or .cache/playscope-stack at home. */
export const cache = process.env.PLAYSCOPE_STACK ?? join(homedir(), '.cache/playscope-stack');

// Kafka's and ClickHouse's components are not to be had in one version.
const recipes: Readonly<Record<string, string>> = {
  collector: 'stack/collector.builder.yaml',
  'clickhouse-collector': 'stack/clickhouse/collector.builder.yaml',
};
const victoria = 'github.com/VictoriaMetrics/VictoriaMetrics';
const jaeger = 'github.com/jaegertracing/jaeger';
// Each commit of Jaeger 2.13.0 is tagged a second time, which is the tag that Go can resolve.
const jaegerTags: Readonly<Record<string, string>> = { '2.13.0': 'v1.76.0' };

/**
 * The path of a service's program at a version.
 *
 * @throws when it can be neither found nor built: one sentence that says what to install.
 */
export async function binary(service: string, version: string): Promise<string> {
  if (service === 'alertmanager') return installed('prometheus-alertmanager', 'alertmanager');
  if (service === 'proxy') return installed('nginx');
  const recipe = recipes[service];
  const made = recipe ? `${version}-${digestOf(recipe)}` : version;
  const target = join(cache, 'bin', `${service}-${made}`);
  if (existsSync(target)) return target;
  installed('go');
  const startedAt = Date.now();
  console.log(`Building ${service} ${version}: once, then it is in ${cache}.`);
  for (const each of ['bin', 'source']) mkdirSync(join(cache, each), { recursive: true });
  if (recipe) await buildCollector(recipe, target, version);
  else if (service === 'jaeger') await buildJaeger(target, version);
  else await install(`${victoria}/app/${service}`, `v${version}`, service, target);
  console.log(`Built ${service} in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
  return target;
}

/** A program on PATH, by the first of its names that is there. */
export function installed(...names: string[]): string {
  // Servers stand where only root has its PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(`PATH: expected ${names.join(' or ')}, found none; install it, or use docker compose in deploy/.`);
  }
  return found;
}

/** Runs a program to its end and gives its output. Rejects with what it said when it fails. */
export async function run(program: string, args: readonly string[], cwd = '.', env: NodeJS.ProcessEnv = {}) {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, complaints] = ['', ''];
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (complaints += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${code}\n${(output + complaints).slice(-3000)}`);
  return output;
}

// One package at a time: the linkers of these programs want a gigabyte each.
const goEnv = { GOFLAGS: '-p=1 -buildvcs=false', CGO_ENABLED: '0' };

async function install(path: string, version: string, name: string, target: string) {
  const folder = join(cache, 'install');
  await run('go', ['install', `${path}@${version}`], undefined, { ...goEnv, GOBIN: folder });
  renameSync(join(folder, name), target);
}

async function buildCollector(recipe: string, target: string, version: string) {
  const text = readFileSync(recipe, 'utf8');
  if (!text.includes(`version: ${version}\n`))
    throw new Error(`${recipe}: expected version ${version}, as compose has it.`);
  const builder = join(cache, 'bin', `builder-${version}`);
  if (!existsSync(builder))
    await install('go.opentelemetry.io/collector/cmd/builder', `v${version}`, 'builder', builder);
  const source = join(cache, 'source', 'collector');
  const config = join(cache, 'collector.builder.yaml');
  writeFileSync(config, text.replace('dist:\n', `dist:\n  output_path: ${source}\n`));
  await run(builder, ['--config', config], undefined, goEnv);
  renameSync(join(source, 'otelcol'), target);
}

// A Collector of other components is another program.
function digestOf(recipe: string): string {
  return createHash('sha256').update(readFileSync(recipe)).digest('hex').slice(0, 8);
}

async function buildJaeger(target: string, version: string) {
  const tag = jaegerTags[version];
  if (tag === undefined)
    throw new Error(`jaeger ${version}: expected a version with a tag for Go in ${import.meta.filename}.`);
  // Its go.mod replaces a module, so go install refuses it: build it as the main module, in a copy that can be written to.
  const { Dir } = JSON.parse(await run('go', ['mod', 'download', '-json', `${jaeger}@${tag}`], cache));
  const source = join(cache, 'source', 'jaeger');
  await rm(source, { recursive: true, force: true });
  await cp(Dir, source, { recursive: true, mode: 0 });
  await run('chmod', ['-R', 'u+w', source]);
  await run('go', ['build', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', target, './cmd/jaeger'], source, goEnv);
}
