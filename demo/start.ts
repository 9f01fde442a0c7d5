/** The whole demo on one machine: collector with war room, live origin, SFU, site. `npm start` builds and runs it. */
import { startCollector } from 'playscope/collector';
import type { Flags, Part } from './flags.ts';
import { defaultPorts, help, readFlags, whyNot } from './flags.ts';
import type { Running } from './listen.ts';
import { startOrigin } from './origin.ts';
import { startSfu } from './sfu.ts';
import { startSite } from './site.ts';

const running: { close(): Promise<void> }[] = [];
let ending = false;

const { ports, host, lowLatency } = readOrExit();
// Listened to from the first moment, so that a signal during the start leaves nothing behind either.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0));

const collector = await start('collector', startCollector({ port: ports.collector, host }));
const origin = await start(
  'origin',
  startOrigin({ port: ports.origin, host, lowLatency, collector: linkTo(collector) }),
);
const sfu = await start('sfu', startSfu({ port: ports.sfu, host, collector: linkTo(collector) }));
const site = await start('site', startSite({ port: ports.site, host }));
const query = queryFor({ collector, origin, sfu });
console.log(`
Watch     ${linkTo(site)}/hls.html${query}
          a real live stream in hls.js; the buttons below it break it
          ${linkTo(site)}/dash.html${query}
          the same in dash.js${lowLatency ? '; both pages have a link to the stream of low latency' : ''}
          ${linkTo(site)}/webrtc.html${query}
          WebRTC, once ${linkTo(site)}/broadcast.html${query} broadcasts
Look      ${linkTo(collector)}/
          the war room: who is watching, what they see, and why
Start     ${linkTo(site)}/${query}
          all pages, with the script tag among them

Ctrl-C ends everything.`);

async function start(part: Part, starting: Promise<Running>): Promise<Running> {
  try {
    const server = await starting;
    running.push(server);
    return server;
  } catch (error) {
    console.error(whyNot(part, ports[part], error as NodeJS.ErrnoException));
    return end(1);
  }
}

async function end(code: number): Promise<never> {
  if (!ending) {
    ending = true;
    // The last first: the SFU still has something to tell the collector.
    for (const server of running.reverse()) await server.close();
    process.exit(code);
  }
  return new Promise<never>(() => {});
}

function readOrExit(): Flags {
  try {
    const read = readFlags(process.argv.slice(2), process.env);
    if (read !== 'help') return read;
    console.log(help());
    process.exit(0);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

function linkTo({ port }: { readonly port: number }): string {
  return `http://${['0.0.0.0', '::'].includes(host) ? 'localhost' : host}:${port}`;
}

/** The pages know the default ports by themselves. */
function queryFor(servers: Readonly<Record<'collector' | 'origin' | 'sfu', { readonly port: number }>>): string {
  const moved = (['collector', 'origin', 'sfu'] as const).filter((part) => servers[part].port !== defaultPorts[part]);
  const query = moved.map((part) => `${part}=${linkTo(servers[part])}`).join('&');
  return query && `?${query}`;
}
