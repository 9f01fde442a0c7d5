/** Kafka on the JVM: one broker that is its own controller, in a folder of its own. */
import { spawn } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cache, installed, run } from '../binaries.ts';
import type { Cost } from '../services.ts';
import { cost, freePort } from '../services.ts';
import { until } from '../until.ts';

export type Kafka = {
  /** `host:port` of the broker. */
  readonly address: string;
  readonly version: string;
  cost(): Promise<Cost>;
  /** Records that a topic was given so far. */
  records(topic: string): Promise<number>;
  /** What a record of a topic takes on the disk of one broker. */
  bytesPerRecord(topic: string): Promise<number>;
  /** Records that a group has not taken yet. */
  lag(group: string): Promise<number>;
  stop(): Promise<void>;
};

const recipe = 'stack/scale/pom.xml';

/** @param topics each with its number of partitions. */
export async function startKafka(folder: string, topics: Readonly<Record<string, number>>): Promise<Kafka> {
  const version =
    /<artifactId>kafka_2.13<\/artifactId>\s*<version>(.+?)</.exec(readFileSync(recipe, 'utf8'))?.[1] ?? '';
  const jars = join(await library(version), '*');
  const java = (...args: string[]) => ['-Xmx512m', '-XX:+UseSerialGC', '-cp', jars, ...args];
  const [port, controller] = [await freePort(), await freePort()];
  const address = `127.0.0.1:${port}`;
  mkdirSync(folder, { recursive: true });
  const settings = join(folder, 'server.properties');
  const data = join(folder, 'data');
  writeFileSync(settings, properties(address, controller, data));
  await run('java', java('kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', settings));
  const log = createWriteStream(join(folder, 'kafka.log'));
  const child = spawn('java', java('kafka.Kafka', settings), { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const closed = new Promise((resolve) => child.once('close', resolve));
  const kafka: Kafka = {
    ...{ address, version },
    cost: () => cost('kafka', child.pid),
    async records(topic) {
      // topic:partition:offset
      const told = await tool('GetOffsetShell', '--topic', topic);
      return told.split('\n').reduce((sum, line) => sum + Number(line.split(':')[2] ?? 0), 0);
    },
    async bytesPerRecord(topic) {
      const parts = readdirSync(data).filter((name) => name.startsWith(`${topic}-`));
      const logs = parts.flatMap((part) =>
        readdirSync(join(data, part)).flatMap((name) => (name.endsWith('.log') ? join(data, part, name) : [])),
      );
      const bytes = logs.reduce((sum, path) => sum + statSync(path).size, 0);
      return Math.round(bytes / (await kafka.records(topic)));
    },
    async lag(group) {
      const told = await tool('consumer.group.ConsumerGroupCommand', '--describe', '--group', group);
      // GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG …
      const lags = told.split('\n').flatMap((line) => Number(line.trim().split(/\s+/)[5]) || []);
      return lags.reduce((sum, lag) => sum + lag, 0);
    },
    async stop() {
      child.kill('SIGTERM');
      await closed;
    },
  };
  try {
    for (const [topic, partitions] of Object.entries(topics)) await create(topic, partitions);
  } catch (error) {
    await kafka.stop();
    throw error;
  }
  return kafka;

  function create(topic: string, partitions: number) {
    return until(`Kafka has the topic ${topic} (its words are in ${folder}/kafka.log)`, 60_000, async () => {
      if (child.exitCode !== null) throw new Error(`kafka ended, exit ${child.exitCode}: see ${folder}/kafka.log.`);
      const args = ['--create', '--if-not-exists', '--topic', topic, '--partitions', `${partitions}`];
      return tool('TopicCommand', ...args).then(
        () => true,
        () => false,
      );
    });
  }

  function tool(name: string, ...args: string[]) {
    return run('java', java(`org.apache.kafka.tools.${name}`, '--bootstrap-server', address, ...args));
  }
}

// Any will do; each broker has a folder of its own.
const clusterId = 'cGxheXNjb3BlLXN0YWNrLQ';

function properties(address: string, controller: number, data: string): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://${address},CONTROLLER://127.0.0.1:${controller}
controller.listener.names=CONTROLLER
log.dirs=${data}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
`;
}

/** The folder with Kafka's jars; fetched once. */
async function library(version: string): Promise<string> {
  installed('java');
  const folder = join(cache, `kafka-${version}`);
  if (existsSync(folder)) return folder;
  console.log(`Fetching kafka ${version}: once, then it is in ${cache}.`);
  const fetched = `${folder}.part`;
  rmSync(fetched, { recursive: true, force: true });
  await run(installed('mvn'), [
    '-q',
    '-B',
    '-f',
    recipe,
    'dependency:copy-dependencies',
    `-DoutputDirectory=${fetched}`,
  ]);
  renameSync(fetched, folder);
  return folder;
}
