import { generateKeyPairSync } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { viewerTokens } from './viewer-tokens.ts';

const issuer = 'https://www.example.com';
const pem = (pair: { privateKey: { export(as: object): string | Buffer } }) =>
  pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const ed25519 = pem(generateKeyPairSync('ed25519'));
const p256 = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }));

test.each([
  ['EdDSA', ed25519],
  ['ES256', p256],
])('a token by %s says who may report what, and for how long', async (alg, privateKey) => {
  const tokens = viewerTokens({ privateKey, issuer });
  const token = await tokens.issue({ streamId: 'main', sessionId: 'abc', expiresInSec: 60 });
  const keys = createLocalJWKSet(await tokens.publicKeys());
  const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer, audience: 'playscope' });
  expect(payload).toMatchObject({ stream_id: 'main', sub: 'abc' });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
  expect(protectedHeader.alg).toBe(alg);
});

test('a token for any session lasts half an hour', async () => {
  const token = await viewerTokens({ privateKey: ed25519, issuer, audience: 'gateway' }).issue({ streamId: 'main' });
  const { payload } = await jwtVerify(
    token,
    createLocalJWKSet(await viewerTokens({ privateKey: ed25519, issuer }).publicKeys()),
  );
  expect(payload).toMatchObject({ sub: '*', aud: 'gateway', iss: issuer });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(1800);
});

test('each token has an id of its own, by which the gateway counts one that names no session', async () => {
  const tokens = viewerTokens({ privateKey: ed25519, issuer });
  const ids = [await tokens.issue({ streamId: 'main' }), await tokens.issue({ streamId: 'main' })].map(
    (token) => decodeJwt(token).jti,
  );
  expect(ids[0]).toMatch(/^[\da-f-]{36}$/);
  expect(ids[1]).not.toBe(ids[0]);
});

test('the public keys hold nothing private, and are named in the token', async () => {
  const tokens = viewerTokens({ privateKey: p256, issuer });
  const { keys } = await tokens.publicKeys();
  expect(keys).toHaveLength(1);
  expect(keys[0]).not.toHaveProperty('d');
  expect(decodeProtectedHeader(await tokens.issue({ streamId: 'main' })).kid).toBe(keys[0]?.kid);
});

test('another key does not verify it', async () => {
  const token = await viewerTokens({ privateKey: ed25519, issuer }).issue({ streamId: 'main' });
  const others = viewerTokens({ privateKey: pem(generateKeyPairSync('ed25519')), issuer });
  await expect(jwtVerify(token, createLocalJWKSet(await others.publicKeys()))).rejects.toThrow();
});

test.each([
  ['privateKey', { privateKey: 'secret', issuer }, 'PKCS#8 PEM'],
  [
    'a key that is too weak',
    { privateKey: pem(generateKeyPairSync('rsa', { modulusLength: 1024 })), issuer },
    'Ed25519 or a P-256',
  ],
  ['issuer', { privateKey: ed25519, issuer: 'us' }, 'http or https URL, received "us"'],
])('a wrong %s is one sentence', (_, options, sentence) => {
  expect(() => viewerTokens(options)).toThrow(sentence);
});

test('so is a token for nothing, or for ever', async () => {
  const tokens = viewerTokens({ privateKey: ed25519, issuer });
  await expect(tokens.issue({ streamId: '' })).rejects.toThrow('streamId must be a text of 1 to 256 characters');
  await expect(tokens.issue({ streamId: 'main', expiresInSec: 1e9 })).rejects.toThrow('expiresInSec must be');
});
