/** A piece of a text that must not be written, and what it is in words. `end` is exclusive. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

interface SecretPattern {
  readonly kind: string;
  /** With the flags `g` and `d`. The first group is the secret; without a group it is the whole match. */
  readonly pattern: RegExp;
  readonly isSecret?: (value: string, after: string) => boolean;
}

/** What stands for a value without being one. */
const placeholder =
  /^(?:\[redacted|\$|\{|<|%|process\.env|os\.environ|(?:x+|\*+|\.+|-+|string|str|text|true|false|null|none|undefined|nil|required|optional|secret|password|passwd|pwd|hidden|masked|token|example|changeme)$)/i;

/**
 * Secrets that the detector does not know by itself. Every quantifier is bounded or anchored at the beginning of its run of characters, so that
 * no text makes them slow.
 */
const patterns: readonly SecretPattern[] = [
  {
    kind: 'private key',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[^\0]){0,20000}-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/dg,
  },
  // A key that was cut off at either end is still a key.
  {
    kind: 'private key',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:\s{0,4}(?:Proc-Type|DEK-Info):[^\n\0]{0,200}){0,4}(?:[\s\\nr"'+,>|]{1,20}[A-Za-z0-9+/=]{16,200})*/dg,
  },
  {
    // Read backwards from the end that was left.
    kind: 'private key',
    pattern: /(?<=((?:[A-Za-z0-9+/=]{16,100}\n){0,400}[A-Za-z0-9+/=]{4,100}\n?))-----END [A-Z0-9 ]{0,30}PRIVATE KEY/dg,
  },
  { kind: 'JSON web token', pattern: /(?<![\w-])eyJ[\w-]{8,4000}\.[\w-]{8,8000}(?:\.[\w-]{0,2000}){1,3}/dg },
  { kind: 'google api key', pattern: /(?<![\w-])AIza[\w-]{35}/dg },
  { kind: 'google oauth secret', pattern: /(?<![\w-])(?:GOCSPX-[\w-]{20,60}|ya29\.[\w-]{20,2000})/dg },
  { kind: 'aws access key id', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA)[A-Z0-9]{16}(?![A-Za-z0-9])/dg },
  {
    kind: 'authorization',
    pattern: /(?<![A-Za-z])(?:bearer|basic)[ \t]{1,3}([\w.~+/=-]{12,8000})/dgi,
    isSecret: (value) => /[0-9=]/.test(value) && !placeholder.test(value),
  },
  {
    kind: 'password',
    pattern: /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/"'`]{0,100}:([^\s@/"'`]{1,200})@/dgi,
    isSecret: (value) => !placeholder.test(value),
  },
  {
    kind: 'password',
    pattern: /\bcurl\b[^\n]{0,300}?[ \t](?:-u|--user)[ =]?["']?[^\s:"']{1,100}:([^\s"']{1,200})/dg,
    isSecret: (value) => !placeholder.test(value),
  },
  {
    kind: 'password',
    pattern:
      /(?:password|passwd|passphrase|(?<![A-Za-z])pass|pwd)["']?[ \t]{0,3}(?:=>|[:=])[ \t]{0,3}(?:"([^"\n]{1,256})"|'([^'\n]{1,256})')/dgi,
    isSecret: (value) => value.trim().length > 1 && !placeholder.test(value),
  },
  {
    // In a file of settings: no spaces, so that any word counts unless it is a piece of code.
    kind: 'password',
    pattern: /(?:password|passwd|passphrase|(?<![A-Za-z])pass|pwd)=([^\s"'`,;)}\]<>&]{3,256})/dgi,
    isSecret: (value, after) => !placeholder.test(value) && after !== '(' && !/^[a-z_]\w*(?:\.\w+)+$|\(/i.test(value),
  },
  {
    // With spaces it is as likely a type or a variable: only what is no plain word counts.
    kind: 'password',
    pattern: /(?:password|passwd|passphrase|(?<![A-Za-z])pass|pwd)["']?(?::[ \t]{0,3}|[ \t]{1,3}=[ \t]{1,3})([^\s"'`,;)}\]<>]{4,256})/dgi,
    isSecret: (value) =>
      (!placeholder.test(value) && /[0-9!@#%^&*+?/]/.test(value) && !/^[a-z_]\w*(?:[.(]|$)/i.test(value.replace(/[0-9]+$/, ''))) ||
      /^[a-z]+[0-9]+[^a-z]*$/i.test(value),
  },
  {
    kind: 'api key or token',
    pattern:
      /(?:api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|account[_-]?key|client[_-]?secret|credentials?|secret|token)[\w-]{0,20}["']?[ \t]{0,3}(?:=>|[:=])[ \t]{0,3}["']?([A-Za-z0-9+_=.~-][A-Za-z0-9+/_=.~-]{11,2000})/dgi,
    isSecret: (value, after) =>
      after !== '(' && /[0-9]/.test(value) && /[A-Za-z]/.test(value) && !placeholder.test(value) && !/^[~.]*\//.test(value),
  },
];

/** What the patterns of our own find in a text. */
export function findSecrets(text: string): readonly Finding[] {
  return patterns.flatMap(({ kind, pattern, isSecret }) => {
    const findings: Finding[] = [];
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.slice(1).find((range) => (range as unknown) !== undefined) ?? [
        match.index,
        match.index + match[0].length,
      ];
      if (isSecret?.(text.slice(start, end), text.charAt(end)) ?? true) findings.push({ start, end, kind });
    }
    return findings;
  });
}
