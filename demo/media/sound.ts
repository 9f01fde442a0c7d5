// One soft note per 2 s segment, from a pentatonic scale (Hz): whatever follows whatever, it sounds well.
const notes = [220, 261.63, 293.66, 329.63, 392, 440, 392, 329.63, 293.66, 329.63, 261.63, 293.66, 220, 196, 261.63];
const noteSec = 2;

/** Stereo samples (32-bit float, interleaved) of the chime, looped after 15 notes, for `seconds` at `sampleRate`. */
export function drawSound(seconds: number, sampleRate: number): Float32Array {
  const samples = new Float32Array(seconds * sampleRate * 2);
  for (let i = 0; i < samples.length / 2; i++) {
    const at = i / sampleRate;
    const note = notes[Math.floor(at / noteSec) % notes.length] ?? 0;
    const since = at % noteSec;
    // Silent at both ends of every note, so that no cut between segments can click.
    const level = 0.12 * Math.min(1, since / 0.02) * Math.exp(-since * 2) * Math.min(1, (noteSec - since) / 0.1);
    const tone = Math.sin(2 * Math.PI * note * since) + 0.3 * Math.sin(4 * Math.PI * note * since);
    samples[i * 2] = level * tone;
    samples[i * 2 + 1] = level * tone * (0.85 + 0.15 * Math.cos(2 * Math.PI * since));
  }
  return samples;
}
