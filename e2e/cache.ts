import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A caching reverse proxy in front of an origin: the distribution's nginx, with proxy_cache. */
export type Cache = { readonly url: string; close(): Promise<void> };

/**
 * Starts it in a folder of its own, as whoever runs the stories. What is on its way is asked for once (proxy_cache_lock).
 * `key`: what copies are kept by; default nginx's own, which is the whole address.
 */
export async function startCache(
  nginx: string,
  originUrl: string,
  key = '$scheme$proxy_host$request_uri',
): Promise<Cache> {
  const folder = await mkdtemp(join(tmpdir(), 'playscope-cache-'));
  const port = await freePort();
  const conf = join(folder, 'nginx.conf');
  await writeFile(conf, configuration(folder, port, originUrl, key));
  const server = spawn(nginx, ['-p', folder, '-c', conf, '-e', join(folder, 'error.log')], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const ends = performance.now() + 10_000;
  const answers = () =>
    fetch(`${url}/time`)
      .then((answer) => answer.ok)
      .catch(() => false);
  while (!(await answers())) {
    if (performance.now() > ends || server.exitCode !== null) {
      server.kill();
      throw new Error(`nginx does not answer at ${url}: ${await readFile(join(folder, 'error.log'), 'utf8')}`);
    }
    await wait(50);
  }
  return {
    url,
    async close() {
      const closed = new Promise((done) => server.once('close', done));
      server.kill('SIGQUIT');
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder: string, port: number, originUrl: string, key: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  // Its workers would be somebody else who may not write here.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `
${user}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  proxy_cache_path ${folder}/cache keys_zone=media:1m max_size=100m;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${originUrl};
      proxy_cache media;
      proxy_cache_key ${key};
      proxy_cache_valid 200 1s;
      proxy_cache_lock on;
      location ~ [.]m4s$ {
        proxy_pass ${originUrl};
        proxy_ignore_headers Cache-Control Expires;
        proxy_cache_valid 200 1m;
      }
    }
  }
}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
