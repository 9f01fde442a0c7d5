import { writeFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { Outputs } from './flags.ts';
import { help, readFlags } from './flags.ts';
import { htmlOf } from './html.ts';
import { junitOf } from './junit.ts';
import { isProblem } from './problem.ts';
import { progressOn } from './progress.ts';
import type { WatchReport } from './report.ts';
import { summaryOf } from './summary.ts';
import { watch } from './watch.ts';

const exitCodes = { passed: 0, failed: 1, 'not started': 3 } as const;
const styled = (format: 'green' | 'red' | 'dim') => (text: string) =>
  styleText(format, text, { stream: process.stdout });
const styles = { good: styled('green'), bad: styled('red'), dim: styled('dim') };

/**
 * Runs `playscope watch`.
 *
 * @returns the exit code: 0 all expectations hold, 1 one does not, 2 wrong use, 3 stream, browser or collector could not be had.
 */
export async function watchCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const ending = new AbortController();
  const end = () => ending.abort();
  try {
    const asked = readFlags(args, environment);
    if (asked === 'help') {
      console.log(help);
      return 0;
    }
    process.once('SIGINT', end).once('SIGTERM', end);
    const progress = progressOn(process.stderr);
    const watching = watch(asked.url, { ...asked.watch, signal: ending.signal, onProgress: progress.show });
    const report = await watching.finally(progress.end);
    write(report, asked.outputs);
    console.log(summaryOf(report, styles));
    return exitCodes[report.verdict];
  } catch (error) {
    if (!isProblem(error)) throw error;
    const isUsage = error.code === 'ERR_USAGE';
    console.error(`${error.message}.${isUsage ? ' playscope watch --help lists the flags.' : ''}`);
    return isUsage ? 2 : 3;
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

function write(report: WatchReport, { out, junit, html }: Outputs): void {
  if (out !== undefined) writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
  if (junit !== undefined) writeFileSync(junit, junitOf(report));
  if (html !== undefined) writeFileSync(html, htmlOf(report));
}
