/** Makes the loop that the demo plays as a live stream: `npm run media`. Needs ffmpeg with libvpx-vp9 and libopus. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boxes } from '../packager/boxes.ts';
import type { Facts, Rendition } from './facts.ts';
import { readFacts } from './facts.ts';
import { drawScene } from './scene.ts';
import { drawSound } from './sound.ts';

const segmentSec = 2;
const segmentCount = 15;
const loopSec = segmentSec * segmentCount;
const frameRate = 25;
const sampleRate = 48_000;
const master = { width: 960, height: 540 };
const videos = [
  { name: 'v180', width: 320, height: 180, kbps: 110 },
  { name: 'v360', width: 640, height: 360, kbps: 280 },
  { name: 'v540', width: 960, height: 540, kbps: 600 },
] as const;
const audio = { name: 'audio', kbps: 40 };
// One fragment per segment, its decode time in 64 bits, and offsets that need nothing outside the fragment.
const fragmented = ['-movflags', '+empty_moov+default_base_moof+cmaf', '-f', 'mp4'];

const scratch = await mkdtemp(join(tmpdir(), 'playscope-media-'));
try {
  const scene = join(scratch, 'scene.mkv');
  await ffmpeg([...raw('rgb24'), '-c:v', 'ffv1', scene], frames());
  const renditions: Rendition[] = [];
  for (const video of videos) renditions.push(await save(video.name, await encodeVideo(scene, video)));
  renditions.push(await save(audio.name, await encodeAudio()));
  const facts: Facts = { segmentSec, loopSec, renditions };
  await writeFile(new URL('media.json', import.meta.url), `${JSON.stringify(facts, null, 2)}\n`);
  for (const { name, codecs, averageBandwidth, peakBandwidth } of renditions) {
    console.log(`${name}: ${codecs}, ${averageBandwidth} bit/s on average, ${peakBandwidth} bit/s at its peak`);
  }
} finally {
  await rm(scratch, { recursive: true });
}

function raw(pixelFormat: string): string[] {
  const size = `${master.width}x${master.height}`;
  return ['-f', 'rawvideo', '-pix_fmt', pixelFormat, '-s', size, '-r', String(frameRate), '-i', '-'];
}

function* frames(): Generator<Uint8Array> {
  const count = loopSec * frameRate;
  for (let i = 0; i < count; i++) yield drawScene(master.width, master.height, i / count);
}

async function encodeVideo(scene: string, { name, width, height, kbps }: (typeof videos)[number]): Promise<Uint8Array> {
  const out = join(scratch, `${name}.mp4`);
  const gop = String(segmentSec * frameRate);
  const args = [
    ['-i', scene, '-vf', `scale=${width}:${height}:flags=lanczos,${captions(height, kbps)}`],
    ['-pix_fmt', 'yuv420p', '-c:v', 'libvpx-vp9', '-b:v', `${kbps}k`, '-maxrate', `${Math.round(kbps * 1.3)}k`],
    ['-g', gop, '-keyint_min', gop, '-deadline', 'good', '-cpu-used', '1', '-row-mt', '1', '-threads', '2'],
    ['-passlogfile', join(scratch, name)],
  ].flat();
  await ffmpeg([...args, '-pass', '1', '-f', 'null', '-']);
  const cut = ['-frag_duration', String(segmentSec * 1e6), '-video_track_timescale', String(frameRate * 1000)];
  await ffmpeg([...args, '-pass', '2', ...cut, ...fragmented, out]);
  return readFile(out);
}

/** The rendition's name, and the capture time: the loop begins at each full and half minute of the wall clock. */
function captions(height: number, kbps: number): string {
  const style = `fontcolor=white:box=1:boxcolor=black@0.45:boxborderw=${Math.round(height / 45)}`;
  const margin = Math.round(height / 18);
  const small = `font=DejaVu Sans:fontsize=${Math.max(13, Math.round(height / 20))}`;
  const large = `font=DejaVu Sans Mono:fontsize=${Math.round(height / 8)}`;
  const clock = '%{eif\\:floor(t)\\:d\\:2}.%{eif\\:floor(mod(n\\,25)*4)\\:d\\:2}';
  return [
    `drawtext=${small}:${style}:text='${height}p  ${kbps} kbit/s':x=${margin}:y=${margin}`,
    `drawtext=${small}:${style}:text='frame %{eif\\:n\\:d\\:3}':x=w-tw-${margin}:y=${margin}`,
    `drawtext=${large}:fontcolor=white:text='${clock}':x=(w-tw)/2:y=h-th-${margin}`,
  ].join(',');
}

async function encodeAudio(): Promise<Uint8Array> {
  const out = join(scratch, 'audio.mp4');
  const samples = drawSound(loopSec + 2 * segmentSec, sampleRate);
  const input = ['-f', 'f32le', '-ar', String(sampleRate), '-ac', '2', '-i', '-'];
  const codec = ['-c:a', 'libopus', '-b:a', `${audio.kbps}k`, '-frame_duration', '20', '-vbr', 'constrained'];
  const cut = ['-frag_duration', String(segmentSec * 1e6)];
  await ffmpeg([...input, ...codec, ...cut, ...fragmented, out], [new Uint8Array(samples.buffer)]);
  return readFile(out);
}

/** Cuts a fragmented file into its initialization segment and `segmentCount` media segments, and writes them. */
async function save(name: string, file: Uint8Array): Promise<Rendition> {
  const top = [...boxes(file)];
  const moofs = top.filter(({ type }) => type === 'moof');
  const ends = top.filter(({ type }) => type === 'mdat').map(({ end }) => end);
  const all = moofs.map(({ start }, i) => file.subarray(start, ends[i]));
  // The encoder of the sound has to settle: its first segment goes, and the loop's last one sounds like it.
  const segments = name === audio.name ? all.slice(1, 1 + segmentCount) : all;
  const moov = top.find(({ type }) => type === 'moov');
  const init = file.subarray(0, moov?.end);
  const facts = readFacts(name, init, segments);
  const wrong = facts.segments.find(({ duration }) => duration !== segmentSec * facts.timescale);
  if (facts.segments.length !== segmentCount || wrong) {
    throw new RangeError(
      `${name}: expected ${segmentCount} segments of ${segmentSec} s, received ${JSON.stringify(facts)}`,
    );
  }
  const folder = new URL(`${name}/`, import.meta.url);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await writeFile(new URL(facts.init, folder), init);
  for (const [i, { file: segment }] of facts.segments.entries()) {
    await writeFile(new URL(segment, folder), segments[i] as Uint8Array);
  }
  return facts;
}

async function ffmpeg(args: readonly string[], input: Iterable<Uint8Array> = []): Promise<void> {
  const child = spawn('ffmpeg', ['-y', '-v', 'error', ...args], { stdio: ['pipe', 'inherit', 'inherit'] });
  const closed = once(child, 'close');
  for (const chunk of input) {
    if (!child.stdin.write(chunk)) await Promise.race([once(child.stdin, 'drain'), closed]);
    if (child.exitCode !== null) break;
  }
  child.stdin.end();
  const [code] = await closed;
  if (code !== 0) throw new Error(`ffmpeg: expected exit code 0, received ${code}`);
}
