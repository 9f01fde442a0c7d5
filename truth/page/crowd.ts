// Many viewers in one page: elements that play a silent sound, each attached for itself.
import type { AttachOptions, View } from 'playscope';

export type Crowd = typeof crowd;

const sampleRate = 8000;
const soundSec = 600;

const members: { readonly view: View; readonly audio: HTMLAudioElement }[] = [];
let sound: string | undefined;

const crowd = {
  async come(count: number, plays: boolean, options: AttachOptions): Promise<void> {
    sound ??= URL.createObjectURL(silence());
    for (let viewer = 0; viewer < count; viewer++) {
      const audio = new Audio(sound);
      audio.muted = true;
      const view = window.playscope.attach(audio, options);
      members.push({ view, audio });
      await audio.play();
      if (!plays) audio.pause();
    }
  },
  playing: () => members.filter(({ audio }) => !audio.paused).length,
  /** The first of those that play. */
  async leave(count: number): Promise<void> {
    const leaving = members.filter(({ audio }) => !audio.paused).slice(0, count);
    await Promise.all(leaving.map(({ view }) => view.detach()));
    for (const { audio } of leaving) audio.pause();
  },
};

/** A WAV file of 8-bit mono silence. */
function silence(): Blob {
  const samples = new Uint8Array(sampleRate * soundSec).fill(128);
  const header = new DataView(new ArrayBuffer(44));
  const text = (at: number, value: string) => {
    for (const [index, letter] of [...value].entries()) header.setUint8(at + index, letter.charCodeAt(0));
  };
  text(0, 'RIFF');
  header.setUint32(4, 36 + samples.length, true);
  text(8, 'WAVEfmt ');
  for (const [at, value] of [
    [16, 16],
    [24, sampleRate],
    [28, sampleRate],
    [40, samples.length],
  ] as const)
    header.setUint32(at, value, true);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 1],
    [34, 8],
  ] as const)
    header.setUint16(at, value, true);
  text(36, 'data');
  return new Blob([header, samples], { type: 'audio/wav' });
}

Object.assign(globalThis, { crowd });
