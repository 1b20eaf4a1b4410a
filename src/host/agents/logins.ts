import type { Fields } from './fields.ts';
import { cut, fieldsOf, listOf, textOf, wordsOf } from './fields.ts';

/** A value that an agent wants in its environment. */
export interface LoginVariable {
  readonly name: string;
  readonly label: string;
  readonly isSecret: boolean;
  readonly isOptional: boolean;
}

/** A way in which one can sign in to an agent, as it said in `initialize`. */
export type LoginMethod = {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
} & (
  | { readonly type: 'agent' }
  /** The agent's own program, with these arguments behind its own; `command` is another program in its place. */
  | {
      readonly type: 'terminal';
      readonly command?: string | undefined;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    }
  /** `authenticates` says that the agent is asked to let one in as well, once it has them. */
  | { readonly type: 'variables'; readonly variables: readonly LoginVariable[]; readonly authenticates?: true }
);

const most = 30;
/** A name that a shell takes for a variable; what would change how programs are loaded is no login. */
const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,100}$/;
const loaderName = /^(LD_|DYLD_|NODE_OPTIONS$|PATH$|SESSION_LOOM_)/i;

/** Reads `authMethods`. A kind that nobody knows is taken for one that the agent runs itself. */
export function loginMethodsOf(value: unknown): readonly LoginMethod[] {
  return listOf(value)
    .slice(0, most)
    .flatMap((item): LoginMethod[] => {
      const raw = fieldsOf(item);
      const id = wordsOf(raw?.['id']);
      if (raw === undefined || id === undefined) return [];
      const description = wordsOf(raw['description']);
      const common = {
        id: cut(id, 200),
        name: cut(wordsOf(raw['name']) ?? id, 200),
        ...(description === undefined ? {} : { description: cut(description, 1000) }),
      };
      const variables = variablesOf(raw);
      if (variables.length > 0) return [{ ...common, type: 'variables', variables }];
      return [terminalOf(common, raw) ?? keyOf(common, raw) ?? { ...common, type: 'agent' }];
    });
}

/** The variables in which agents look for the key of a provider that they name. */
const keyVariables: Readonly<Record<string, string>> = {
  anthropic: 'ANTHROPIC_API_KEY',
  google: 'GEMINI_API_KEY',
  openai: 'OPENAI_API_KEY',
};
const keyName = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN)\b/g;

/**
 * A key that the agent itself takes from its environment when it is asked to let one in. Those of Codex and Gemini CLI name the provider in
 * `_meta`; others have only words for it, in which the variable stands.
 */
function keyOf(common: Pick<LoginMethod, 'id' | 'name' | 'description'>, raw: Fields): LoginMethod | undefined {
  const provider = textOf(fieldsOf(fieldsOf(raw['_meta'])?.['api-key'])?.['provider']);
  const said = /environment variable/i.test(common.description ?? '') ? new Set(common.description?.match(keyName)) : new Set<string>();
  const name = (provider === undefined ? undefined : keyVariables[provider]) ?? (said.size === 1 ? [...said][0] : undefined);
  if (name === undefined) return undefined;
  return { ...common, type: 'variables', variables: [{ name, label: name, isSecret: true, isOptional: false }], authenticates: true };
}

/** Agents of earlier drafts say it in `_meta`, with a command of its own. */
function terminalOf(common: Pick<LoginMethod, 'id' | 'name' | 'description'>, raw: Fields): LoginMethod | undefined {
  const earlier = fieldsOf(fieldsOf(raw['_meta'])?.['terminal-auth']);
  const from = raw['type'] === 'terminal' ? raw : earlier;
  if (from === undefined) return undefined;
  const command = wordsOf(from['command']);
  return {
    ...common,
    type: 'terminal',
    ...(command === undefined ? {} : { command }),
    args: textsOf(from['args']),
    env: environmentOf(from['env']),
  };
}

function variablesOf(raw: Fields): readonly LoginVariable[] {
  if (raw['type'] !== 'env_var' && raw['type'] !== 'env') return [];
  const named = wordsOf(raw['varName']);
  const all = named === undefined ? listOf(raw['vars']) : [{ name: named }];
  return all.slice(0, most).flatMap((item) => {
    const fields = fieldsOf(item);
    const name = wordsOf(item) ?? wordsOf(fields?.['name']);
    if (name === undefined || !variableName.test(name) || loaderName.test(name)) return [];
    const label = cut(wordsOf(fields?.['label']) ?? name, 200);
    return [{ name, label, isSecret: fields?.['secret'] !== false, isOptional: fields?.['optional'] === true }];
  });
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((each) => typeof each === 'string');
}

function environmentOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(fieldsOf(value) ?? {}).flatMap(([name, each]): [string, string][] => {
    const text = textOf(each);
    return text === undefined || loaderName.test(name) ? [] : [[name, text]];
  });
  return Object.fromEntries(entries);
}
