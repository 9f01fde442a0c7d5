import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { listen } from './receiver.ts';

/** The site with the player: any path is the page with the transport, `/next` is an empty one. */
export async function site(headers: (collectorUrl: string) => Record<string, string> = () => ({}), collectorUrl = '') {
  const script = await bundle();
  const server = await listen((request, response) => {
    if (request.url === '/kit.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
      return;
    }
    const content = request.url === '/next' ? '' : '<script src="/kit.js"></script>';
    response
      .writeHead(200, { 'content-type': 'text/html', ...headers(collectorUrl) })
      .end(`<!doctype html><title>player</title>${content}`);
  });
  return { url: `http://localhost:${server.port}`, close: server.close };
}

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(new URL('page.ts', import.meta.url)),
        formats: ['iife'],
        name: 'kitModule',
        fileName: 'kit',
      },
    },
  });
  const output = (Array.isArray(result) ? result[0] : result) as { output: { code: string }[] };
  return (output.output[0] as { code: string }).code;
}
