import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { listen } from './receiver.ts';

/** A site on an origin of its own: any path is the page with the transport, `/next` is an empty one. */
export async function site(script: string, policy = '') {
  const server = await listen((request, response) => {
    if (request.url === '/kit.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
      return;
    }
    const content = request.url === '/next' ? '' : '<script src="/kit.js"></script>';
    response
      .writeHead(200, { 'content-type': 'text/html', ...(policy && { 'content-security-policy': policy }) })
      .end(`<!doctype html><link rel="icon" href="data:,"><title>player</title>${content}`);
  });
  return { url: `http://localhost:${server.port}`, close: server.close };
}

/** The parts under test as one classic script. */
export async function bundle(): Promise<string> {
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
