/** How a run says what it does, and at its end what was sent beside what was found. */
import type { Row } from './table.ts';
import { printed } from './table.ts';

export function telling() {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  return {
    say(what: string) {
      console.log(`${String(seconds()).padStart(4)} s  ${what}`);
    },
    /** Fails the process where a row does not hold. */
    conclude(rows: readonly Row[]): { readonly passed: number; readonly failed: number } {
      const failed = rows.filter(({ holds }) => !holds).length;
      const passed = rows.length - failed;
      console.log(`\n${printed(rows)}\n\n${passed} passed, ${failed} failed, in ${seconds()} s`);
      process.exitCode = failed > 0 ? 1 : 0;
      return { passed, failed };
    },
  };
}
