import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Running } from './listen.ts';
import { listen } from './listen.ts';

export type SiteOptions = {
  /** Default 8080; 0 takes a free one. */
  readonly port?: number;
  /** Default `localhost`: this machine alone. */
  readonly host?: string;
  /** The built site. Default `build/site`. */
  readonly dir?: string;
};

const root = fileURLToPath(new URL('../', import.meta.url));

// For the script-tag page: served from where they are, so that a new build is never behind a copy.
const scripts: Record<string, string> = {
  '/playscope.js': join(root, 'dist/playscope.js'),
  '/playscope.js.map': join(root, 'dist/playscope.js.map'),
  '/hls.js': join(root, 'node_modules/hls.js/dist/hls.min.js'),
};

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.md': 'text/plain; charset=utf-8',
};

/** Serves the demo pages, and the two scripts of the script-tag page. */
export async function startSite({
  port = 8080,
  host,
  dir = join(root, 'build/site'),
}: SiteOptions = {}): Promise<Running> {
  const server = createServer(async (request, response) => {
    const file = fileOf(dir, request.url ?? '/');
    const size = file && (await sizeOf(file));
    if (!file || size === undefined || !['GET', 'HEAD'].includes(request.method ?? '')) {
      const [status, line] =
        file && size !== undefined ? [405, 'expected GET or HEAD'] : [404, 'there is no such page'];
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${request.url}: ${line}\n`);
      return;
    }
    response.writeHead(200, {
      'Content-Type': contentTypes[extname(file)] ?? 'application/octet-stream',
      'Content-Length': size,
      'Cache-Control': 'no-cache',
    });
    if (request.method === 'HEAD') response.end();
    else
      createReadStream(file)
        .on('error', () => response.destroy())
        .pipe(response);
  });
  return listen(server, { port, ...(host && { host }) });
}

function fileOf(dir: string, url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/)[0] ?? '/');
    const file = normalize(join(dir, path.endsWith('/') ? `${path}index.html` : path));
    return scripts[path] ?? (file.startsWith(normalize(dir + sep)) && !path.includes('\0') ? file : undefined);
  } catch {
    // An address that is no valid URL names no page.
    return undefined;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}
