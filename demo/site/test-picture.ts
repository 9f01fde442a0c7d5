import { drawScene } from '../media/scene.ts';
import { drawSound } from '../media/sound.ts';

const loopSec = 30;
const sampleRate = 48_000;
// The scene has soft shapes: half the size is a quarter of the work. The clock is drawn sharp on top.
const scale = 0.5;

export type Source = { readonly stream: MediaStream; stop(): void };

/** The demo's scene and sound as they are now, with the clock of this machine: the same as the packaged stream shows. */
export function startTestPicture(): Source {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 360;
  const picture = canvas.getContext('2d', { alpha: false });
  const scene = new ImageData(canvas.width * scale, canvas.height * scale);
  const backdrop = document.createElement('canvas');
  backdrop.width = scene.width;
  backdrop.height = scene.height;

  function draw(): void {
    const atSec = (Date.now() / 1000) % loopSec;
    const pixels = drawScene(scene.width, scene.height, atSec / loopSec);
    for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
      scene.data.set(pixels.subarray(from, from + 3), to);
      scene.data[to + 3] = 255;
    }
    backdrop.getContext('2d')?.putImageData(scene, 0, 0);
    if (!picture) return;
    picture.drawImage(backdrop, 0, 0, canvas.width, canvas.height);
    picture.fillStyle = 'white';
    picture.textAlign = 'center';
    picture.font = '45px "DejaVu Sans Mono", monospace';
    picture.fillText(atSec.toFixed(2).padStart(5, '0'), canvas.width / 2, canvas.height - 24);
  }

  draw();
  const stream = canvas.captureStream();
  const ticks = new Worker(new URL('./ticks.ts', import.meta.url), { type: 'module' });
  ticks.addEventListener('message', draw);
  const sound = startSound();
  for (const track of sound.stream.getTracks()) stream.addTrack(track);
  return {
    stream,
    stop() {
      ticks.terminate();
      sound.stop();
      for (const track of stream.getTracks()) track.stop();
    },
  };
}

function startSound(): Source {
  const context = new AudioContext({ sampleRate });
  const out = context.createMediaStreamDestination();
  const samples = drawSound(loopSec, sampleRate);
  const buffer = context.createBuffer(2, samples.length / 2, sampleRate);
  for (const channel of [0, 1]) {
    const wave = buffer.getChannelData(channel);
    for (let i = 0; i < wave.length; i++) wave[i] = samples[i * 2 + channel] ?? 0;
  }
  const player = new AudioBufferSourceNode(context, { buffer, loop: true });
  player.connect(out);
  player.start(0, (Date.now() / 1000) % loopSec);
  // Browsers keep pages silent until somebody touches them.
  const wake = () => void context.resume();
  addEventListener('pointerdown', wake, { once: true });
  return {
    stream: out.stream,
    stop() {
      removeEventListener('pointerdown', wake);
      void context.close();
    },
  };
}

/** The camera and microphone. Rejects when the browser or the person says no. */
export async function startCamera(): Promise<Source> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
  return { stream, stop: () => stream.getTracks().forEach((track) => void track.stop()) };
}
