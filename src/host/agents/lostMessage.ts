/** What the beginning and the end of a message say of it, when it was too long to be read. */
export interface LostMessage {
  /** `answer`: to a request of ours. `request`: it wants an answer of ours. `other`: nobody waits. */
  readonly kind: 'answer' | 'request' | 'other';
  /** Undefined where neither end has it. */
  readonly id: string | number | undefined;
}

const keyPattern = /\s*"((?:[^"\\]|\\.)*)"\s*:\s*/y;
const scalarPattern = /("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)\s*([,}])/y;
/** The last member of an object whose closing brace was taken off, where its value is a short one. */
const lastMember = /[,{]\s*"(\w+)"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)\s*$/;

/**
 * Reads the members of the outermost object from both ends, as far as they are whole. A text inside of the message cannot pose as one of them:
 * in it every quotation mark is escaped, and what lies deeper is closed by more braces.
 */
export function lostMessage(head: string, tail: string): LostMessage {
  const members = new Map<string, unknown>([...membersAtEnd(tail), ...membersAtStart(head)]);
  const id = members.get('id');
  const known = typeof id === 'string' || typeof id === 'number' ? id : undefined;
  if (members.has('method') || members.has('params')) return { kind: known === undefined ? 'other' : 'request', id: known };
  if (members.has('result') || members.has('error')) return { kind: 'answer', id: known };
  return { kind: 'other', id: undefined };
}

function* membersAtStart(head: string): Generator<[string, unknown]> {
  let at = head.search(/\S/);
  if (at === -1 || head[at] !== '{') return;
  at += 1;
  for (;;) {
    keyPattern.lastIndex = at;
    const key = keyPattern.exec(head)?.[1];
    if (key === undefined) return;
    at = keyPattern.lastIndex;
    scalarPattern.lastIndex = at;
    const scalar = scalarPattern.exec(head);
    yield [key, scalar === null ? undefined : valueOf(scalar[1])];
    at = scalar === null ? endOfNested(head, at) : scalarPattern.lastIndex;
    if (at === -1 || scalar?.[2] === '}') return;
  }
}

/** Where the member behind an object or an array begins; -1 when it does not end in this text, or is no object and no array. */
function endOfNested(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') {
      const end = /"(?:[^"\\]|\\.)*"/y;
      end.lastIndex = at;
      if (!end.test(text)) return -1;
      at = end.lastIndex - 1;
    } else if (sign === '{' || sign === '[') depth++;
    else if (sign === '}' || sign === ']') depth--;
    if (depth > 0) continue;
    const comma = /\s*,/y;
    comma.lastIndex = at + 1;
    return comma.test(text) ? comma.lastIndex : -1;
  }
  return -1;
}

function* membersAtEnd(tail: string): Generator<[string, unknown]> {
  let rest = tail.trimEnd();
  if (!rest.endsWith('}')) return;
  rest = rest.slice(0, -1);
  for (;;) {
    const member = lastMember.exec(rest);
    if (member === null) return;
    yield [member[1] ?? '', valueOf(member[2])];
    rest = rest.slice(0, member.index);
  }
}

function valueOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
