import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** Asks for these in turn at a fixed rate, whether answers come or not, and gives how long each took to its last byte, in ms. */
export async function paced(urls: readonly string[], perSecond: number, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const answers: Promise<number>[] = [];
  const began = performance.now();
  while (answers.length < perSecond * seconds) {
    const due = Math.min(((performance.now() - began) / 1000) * perSecond, perSecond * seconds);
    while (answers.length < due) answers.push(ask(urls[answers.length % urls.length] as string, agent));
    await wait(1);
  }
  const took = await Promise.all(answers);
  agent.destroy();
  return took;
}

function ask(url: string, agent: Agent): Promise<number> {
  const askedMs = performance.now();
  return new Promise((answered, failed) => {
    get(url, { agent }, (response) => {
      response.resume().on('end', () => answered(performance.now() - askedMs));
    }).on('error', failed);
  });
}
