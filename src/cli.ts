import { version } from './core/version.ts';

const help = `playscope: what every viewer of a live stream sees, and why

  playscope collect      receive OpenTelemetry from players and servers, and show the war room
  playscope watch URL    play a live stream as its viewers do, and say how it went
  playscope doctor URL   what of a stream and its hosts keeps figures away, and what to do
  playscope --version

  Each command lists its flags with --help.`;

type Command = (args: readonly string[], environment: NodeJS.ProcessEnv) => Promise<number>;

// Loaded when asked for: a collector does without what drives browsers.
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  collect: async () => (await import('./collector/command.ts')).collect,
  doctor: async () => (await import('./doctor/command.ts')).doctor,
  watch: async () => (await import('./synthetic/command.ts')).watchCommand,
};

const [name, ...rest] = process.argv.slice(2);
const load = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;

if (load) process.exitCode = await (await load())(rest, process.env);
else if (name === '--version') console.log(version);
else if (name === '--help' || name === undefined) console.log(help);
else {
  const names = Object.keys(commands).join(', ');
  console.error(
    `command: expected one of ${names}; received ${JSON.stringify(name)}. playscope --help lists what there is.`,
  );
  process.exitCode = 2;
}
