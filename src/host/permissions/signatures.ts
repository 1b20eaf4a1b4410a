import { createHash, createPublicKey, verify } from 'node:crypto';

/** Whether `signature` (base64url) is that of the owner of an Ed25519 public key (32 bytes as base64url) under a statement. Never throws. */
export function isSignedBy(key: string, statement: string, signature: string): boolean {
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' });
    return verify(null, Buffer.from(statement), publicKey, Buffer.from(signature, 'base64url'));
  } catch {
    // What is no key has signed nothing.
    return false;
  }
}

/** The SHA-256 of a text. */
export function sha256Of(text: string | Uint8Array): Buffer {
  return createHash('sha256').update(text).digest();
}
