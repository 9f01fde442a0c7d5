import { createCipheriv, createHash } from 'node:crypto';
import type { Store } from '../delivery/store.ts';
import { keyObject } from '../delivery/store.ts';
import type { Protection } from './stream.ts';

const segmentsPerKey = 2;
// Longer than any segment that needs them.
const keysKept = 60;

/**
 * HLS encryption of whole segments (METHOD=AES-128), with a new key every two segments, published as `{root}/key-{n}`
 * together with the first segment that needs it.
 */
export function aes128(store: Store, root: string): Protection {
  return {
    encrypt(segment, name, sequence) {
      const number = keyNumber(sequence);
      store.set(`${root}/key-${number}`, keyObject(keyOf(number)));
      store.delete(`${root}/key-${number - keysKept}`);
      const cipher = createCipheriv('aes-128-cbc', keyOf(number), vectorOf(name, sequence));
      return Buffer.concat([cipher.update(segment), cipher.final()]);
    },
    keyTag(name, sequence) {
      const vector = vectorOf(name, sequence).toString('hex');
      return `#EXT-X-KEY:METHOD=AES-128,URI="../key-${keyNumber(sequence)}",IV=0x${vector}`;
    },
  };
}

function keyNumber(sequence: number): number {
  return Math.floor(sequence / segmentsPerKey);
}

// No secret: a packager that starts anew has to encrypt the same segment in the same way, as caches may hold it.
function keyOf(number: number): Buffer {
  return digest(`key ${number}`);
}

function vectorOf(name: string, sequence: number): Buffer {
  return digest(`vector ${name} ${sequence}`);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, 16);
}
