import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserArgs, findBrowser } from '../scripts/browser.ts';

export type RawPage = {
  evaluate<Result>(expression: string): Promise<Result>;
  /** Makes this the tab that is looked at: all others are hidden. */
  activate(): Promise<void>;
};

export type RawBrowser = { open(url: string): Promise<RawPage>; close(): Promise<void> };

/**
 * A Chromium driven over its own protocol. Playwright keeps every page visible, whatever one does; here a tab that is not
 * looked at is really hidden, with all that the browser makes of it. `more`: further switches.
 */
export async function rawBrowser(more: readonly string[] = []): Promise<RawBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'playscope-'));
  const args = [
    '--headless=new',
    '--remote-debugging-port=0',
    `--user-data-dir=${folder}`,
    ...browserArgs,
    ...more,
    'about:blank',
  ];
  const browser = spawn(findBrowser() ?? 'chromium', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const address = await new Promise<string>((found, failed) => {
    let said = '';
    browser.once('exit', () => failed(new Error(`the browser ended: ${said}`)));
    browser.stderr.on('data', (chunk) => {
      said += chunk;
      const [url] = /ws:\/\/\S+/.exec(said) ?? [];
      if (url) found(url);
    });
  });

  const socket = new WebSocket(address);
  await new Promise((opened) => socket.addEventListener('open', opened));
  const waiting = new Map<number, (answer: { result: never; error?: { message: string } }) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(data);
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let calls = 0;
  async function call<Result>(method: string, params: object, sessionId?: string): Promise<Result> {
    calls += 1;
    const id = calls;
    const answered = new Promise<{ result: Result; error?: { message: string } }>((settle) => waiting.set(id, settle));
    socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
    const { result, error } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  return {
    async open(url) {
      const { targetId } = await call<{ targetId: string }>('Target.createTarget', { url });
      const { sessionId } = await call<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
      return {
        async evaluate<Result>(expression: string) {
          const { result, exceptionDetails } = await call<{
            result: { value: Result };
            exceptionDetails?: { text: string };
          }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, sessionId);
          if (exceptionDetails) throw new Error(`${exceptionDetails.text}: ${expression}`);
          return result.value;
        },
        activate: () => call('Target.activateTarget', { targetId }),
      };
    },
    async close() {
      const ended = new Promise((done) => browser.once('close', done));
      browser.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
