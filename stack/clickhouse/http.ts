/**
 * ClickHouse's HTTP interface over the embedded engine, as far as the Collector's exporter uses it: it asks for the server's version
 * and for the columns of a table, and inserts blocks of its Native format. What is in these blocks is read by the engine alone.
 */
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Engine } from './engine.ts';
import { nativeBlock } from './native-block.ts';

/** Listens until it is closed. @param lost how many of the first inserts are done, but their answers never arrive. */
export async function serveEngine(engine: Engine, lost: number) {
  const folder = mkdtempSync(join(tmpdir(), 'playscope-inserts-'));
  let inserts = 0;
  const server = createServer((request, response) => {
    answer(request).then(
      (body) => response.end(body),
      // As ClickHouse does: the exporter tries again, or says what is wrong.
      (error: Error) => response.writeHead(500, { 'x-clickhouse-exception-code': '1' }).end(error.message),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    /** Inserts so far whose answers were lost. */
    lost: () => Math.min(inserts, lost),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true, force: true });
    },
  };

  async function answer(request: IncomingMessage): Promise<Buffer> {
    const { query, default_format, client_protocol_version, database, ...settings } = Object.fromEntries(
      new URL(request.url ?? '', 'http://engine').searchParams,
    );
    if (query === undefined) return nativeBlock(engine.table(await text(request)));
    inserts += 1;
    const number = inserts;
    const file = join(folder, `${number}.native`);
    await pipeline(request, createWriteStream(file));
    const set = Object.entries(settings)
      .map(([name, value]) => `${name} = '${value}'`)
      .join(', ');
    const from = `FROM INFILE '${file}' ${set && `SETTINGS ${set}`} FORMAT Native`;
    engine.run(query.replace(/\s+FORMAT\s+Native\s*$/i, '').concat(' ', from));
    rmSync(file);
    if (number <= lost) throw new Error('lost on the way');
    return Buffer.alloc(0);
  }
}
