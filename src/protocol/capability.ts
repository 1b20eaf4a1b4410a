import * as z from 'zod';
import { idFromBytes } from '../base/ids.ts';

/**
 * How a client shows that a person has allowed it to approve. The token of the endpoint file lets anyone in who runs as the user, agents included;
 * the right to approve hangs on an Ed25519 key that windows keep in the editor's secret storage. The host knows public keys only, so nothing
 * that is sent, stored or given as an argument lets anybody else sign.
 */
export const CapabilityProof = z.object({
  /** The public key: 32 bytes as base64url. */
  key: z.string().max(100),
  /** The signature of `helloStatement`, as base64url. */
  proof: z.string().max(200),
});
export type CapabilityProof = z.infer<typeof CapabilityProof>;

/** What a greeting signs. The token is new with each start of a host, so that a proof is of no use with another host or on another socket. */
export function helloStatement(token: string, socket: string): string {
  return `session-loom hello 1\n${JSON.stringify([token, socket])}`;
}

/** What a person has decided about something that is bound to its content. */
export const Verdict = z.enum(['approved', 'refused', 'withdrawn']);
export type Verdict = z.infer<typeof Verdict>;

/** What is approved: `subject` says what it is (a path, a name), `sha256` what it holds, in hexadecimal. */
export const ApprovalSubject = z.object({
  kind: z.string().max(50),
  subject: z.string().max(4000),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ApprovalSubject = Readonly<z.infer<typeof ApprovalSubject>>;

/** What a window signs when a person decides. It names the data folder, so that no decision counts in another repository. `at` is ISO 8601. */
export function verdictStatement(dataFolder: string, of: ApprovalSubject, title: string, verdict: Verdict, at: string): string {
  return `session-loom verdict 1\n${JSON.stringify([dataFolder, of.kind, of.subject, of.sha256, title, verdict, at])}`;
}

/** The code that two editors show while one asks for the right to approve: eight letters out of the SHA-256 of its key. */
export function pairCode(sha256: Uint8Array): string {
  const letters = idFromBytes(sha256.subarray(0, 8));
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
