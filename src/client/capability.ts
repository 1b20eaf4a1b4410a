import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { ApprovalSubject, CapabilityProof, Verdict } from '../protocol/capability.ts';
import { helloStatement, verdictStatement } from '../protocol/capability.ts';

/** The right to approve, as a client holds it: a key pair whose private half never leaves this process and the editor's secret storage. */
export interface Capability {
  /** The public key, as base64url: what a host is started with. */
  readonly key: string;
  /** What goes along with a greeting on the socket of an endpoint. */
  prove(endpoint: { readonly token: string; readonly socket: string }): CapabilityProof;
  /** The signature under a decision. `at` is ISO 8601. */
  decide(dataFolder: string, of: ApprovalSubject, title: string, verdict: Verdict, at: string): string;
}

/** A new secret, as text for a secret storage. */
export function newCapabilitySecret(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url');
}

/** The capability of a secret; undefined for a text that is none. */
export function capabilityFrom(secret: string): Capability | undefined {
  try {
    const privateKey = createPrivateKey({ key: Buffer.from(secret, 'base64url'), format: 'der', type: 'pkcs8' });
    const { crv, x: key } = createPublicKey(privateKey).export({ format: 'jwk' });
    if (crv !== 'Ed25519' || key === undefined) return undefined;
    const signed = (statement: string): string => sign(null, Buffer.from(statement), privateKey).toString('base64url');
    return {
      key,
      prove: ({ token, socket }) => ({ key, proof: signed(helloStatement(token, socket)) }),
      decide: (dataFolder, of, title, verdict, at) => signed(verdictStatement(dataFolder, of, title, verdict, at)),
    };
  } catch {
    // A storage that was damaged, or that holds something of another version: a new secret takes its place.
    return undefined;
  }
}
