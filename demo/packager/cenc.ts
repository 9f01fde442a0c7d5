import { createCipheriv, createHash } from 'node:crypto';
import { boxes, decodeTimeOf, findBox } from './boxes.ts';
import { box, join, mediaOf, words, writeFragment } from './fragment.ts';
import { samplesOf } from './samples.ts';
import type { Protection } from './stream.ts';

// No secret, and the same after a restart: the licence hands it to anybody.
const key = digest('key');
const keyId = digest('key id');
const vectorBytes = 8;
const clearKey = 'urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e';

/** Common Encryption for DASH: scheme `cenc`, whole samples in AES-CTR, with the licence of ClearKey at `licenceUrl`. */
export function cenc(licenceUrl: string): Protection {
  const uuid = keyId.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return {
    folder: 'cenc',
    protectInit: (init) => join(...childrenOf(init).map(protect)),
    encrypt: encryptSegment,
    contentProtection: [
      `<ContentProtection xmlns:cenc="urn:mpeg:cenc:2013" schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cenc" cenc:default_KID="${uuid}"/>`,
      `<ContentProtection xmlns:dashif="https://dashif.org/CPS" schemeIdUri="${clearKey}" value="ClearKey1.0">`,
      `  <dashif:Laurl>${licenceUrl}</dashif:Laurl>`,
      '</ContentProtection>',
    ],
  };
}

/** The licence of the stream, as ClearKey reads it (W3C Encrypted Media Extensions, 9.1.4). */
export const clearKeyLicence = {
  keys: [{ kty: 'oct', kid: keyId.toString('base64url'), k: key.toString('base64url') }],
  type: 'temporary',
} as const;

function encryptSegment(segment: Uint8Array, name: string, sequence: number): Uint8Array {
  const samples = samplesOf(segment);
  const plain = mediaOf(segment);
  // A vector is used once: no two renditions, segments or samples have the same one.
  const vectors = samples.map((_, i) => join(digest(name).subarray(0, 2), words(sequence), words(i).subarray(2)));
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [i, { size }] of samples.entries()) {
    const counter = join(vectors[i] ?? new Uint8Array(vectorBytes), words(0, 0));
    parts.push(createCipheriv('aes-128-ctr', key, counter).update(plain.subarray(at, at + size)));
    at += size;
  }
  const { start, end } = findBox(segment, 'tfhd');
  return writeFragment({
    tfhd: segment.subarray(start, end),
    sequence,
    decodeTime: decodeTimeOf(segment),
    samples,
    media: join(...parts),
    more: (moofBytes) => [
      box('saiz', words(0), Uint8Array.of(vectorBytes), words(samples.length)),
      // The vectors end where the moof ends.
      box('saio', words(0, 1, moofBytes - vectorBytes * samples.length)),
      box('senc', words(0, samples.length), ...vectors),
    ],
  });
}

type Child = { readonly type: string; readonly bytes: Uint8Array; readonly body: Uint8Array };

/** A box of the initialization segment with its sample entry turned into an encrypted one (ISO/IEC 23001-7). */
function protect({ type, bytes, body }: Child): Uint8Array {
  if (['moov', 'trak', 'mdia', 'minf', 'stbl'].includes(type)) return box(type, ...childrenOf(body).map(protect));
  if (type !== 'stsd') return bytes;
  const [entry] = childrenOf(body.subarray(8));
  if (!entry) throw new RangeError('MP4: expected a sample entry in stsd, received none');
  const trackEncryption = box('tenc', words(0), Uint8Array.of(0, 0, 1, vectorBytes), keyId);
  const scheme = box(
    'sinf',
    box('frma', new TextEncoder().encode(entry.type)),
    box('schm', words(0), new TextEncoder().encode('cenc'), words(0x00010000)),
    box('schi', trackEncryption),
  );
  const isAudio = entry.type === 'Opus';
  return box('stsd', body.subarray(0, 8), box(isAudio ? 'enca' : 'encv', entry.body, scheme));
}

function childrenOf(bytes: Uint8Array): Child[] {
  const children: Child[] = [];
  let end = 0;
  for (const child of boxes(bytes)) {
    // What lies inside a box that was seen already is that box's.
    if (child.start < end) continue;
    end = child.end;
    const whole = bytes.subarray(child.start, child.end);
    children.push({ type: child.type, bytes: whole, body: whole.subarray(8) });
  }
  return children;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(`cenc ${text}`).digest().subarray(0, 16);
}
