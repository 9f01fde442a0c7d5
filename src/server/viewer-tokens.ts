import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose';
import { wrongOption } from './options.ts';

export type ViewerTokensOptions = {
  /** PKCS#8 PEM of an Ed25519 or a P-256 key. It stays here: who checks tokens needs `publicKeys()`. */
  readonly privateKey: string;
  /** `iss`, an http or https URL: the name under which the gateway knows the public keys. */
  readonly issuer: string;
  /** `aud`, default `playscope`. */
  readonly audience?: string | undefined;
};

export type TokenOf = {
  /** The one stream that may be reported. */
  readonly streamId: string;
  /** `view.sessionId`: nothing but this session may be reported. Without it any may, and all of them count as one viewer. */
  readonly sessionId?: string | undefined;
  /** 10 to 86 400 s, default 1 800. */
  readonly expiresInSec?: number | undefined;
};

export type ViewerTokens = {
  /** A signed token for a viewer. @throws TypeError when an option is wrong. */
  issue(of: TokenOf): Promise<string>;
  /** The JSON Web Key Set (RFC 7517) to give to the gateway. */
  publicKeys(): Promise<JSONWebKeySet>;
};

/**
 * Short-lived tokens (JWT, RFC 7519) that let a viewer's page send telemetry to a gateway that asks for them. The site's back end
 * issues them, the page sends them in `headers`, and the gateway has only public keys.
 *
 * @throws TypeError when an option is wrong or the key cannot sign.
 */
export function viewerTokens(options: ViewerTokensOptions): ViewerTokens {
  const wrong = wrongOption('tokens', options);
  if (wrong !== undefined) throw new TypeError(wrong);
  const { issuer, audience = 'playscope' } = options;
  const key = privateKeyOf(options.privateKey);
  const alg = algorithmOf(key);
  const publicKey = exportJWK(createPublicKey(key));
  const kid = publicKey.then((jwk) => calculateJwkThumbprint(jwk));

  return {
    async issue(of) {
      const unfit = wrongOption('token', of);
      if (unfit !== undefined) throw new TypeError(unfit);
      const { streamId, sessionId, expiresInSec = 1800 } = of;
      return (
        new SignJWT({ stream_id: streamId })
          .setProtectedHeader({ alg, kid: await kid })
          .setIssuer(issuer)
          .setAudience(audience)
          .setSubject(sessionId ?? '*')
          // Where no session is named, the token itself is what the gateway counts.
          .setJti(randomUUID())
          .setIssuedAt()
          .setExpirationTime(`${expiresInSec} s`)
          .sign(key)
      );
    },
    async publicKeys() {
      return { keys: [{ ...(await publicKey), alg, kid: await kid, use: 'sig' }] };
    },
  };
}

function privateKeyOf(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new TypeError('playscope: privateKey must be a private key as PKCS#8 PEM, received another text.');
  }
}

function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): 'EdDSA' | 'ES256' {
  if (type === 'ed25519') return 'EdDSA';
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return 'ES256';
  throw new TypeError(`playscope: privateKey must be an Ed25519 or a P-256 key, received one of ${type}.`);
}
