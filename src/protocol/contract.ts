/**
 * `protocol` says what processes say to each other, as tables of schemas. It opens no connection and knows neither VS Code, nor a page,
 * nor how a host does what is asked of it.
 */
import * as z from 'zod';
import type { ErrorCode } from '../base/errors.ts';
import { LoomError } from '../base/errors.ts';
import type { Immutable } from '../base/immutable.ts';

/** One request: what goes in, what comes out, and a sentence about it. */
export interface RequestSpec<Params extends z.ZodType = z.ZodType, Result extends z.ZodType = z.ZodType> {
  readonly params: Params;
  readonly result: Result;
  readonly doc: string;
}

/** One message without an answer. */
export interface NotificationSpec<Params extends z.ZodType = z.ZodType> {
  readonly params: Params;
  readonly doc: string;
}

export type RequestTable = Readonly<Record<string, RequestSpec>>;
export type NotificationTable = Readonly<Record<string, NotificationSpec>>;

export function request<Params extends z.ZodType, Result extends z.ZodType>(
  doc: string,
  params: Params,
  result: Result,
): RequestSpec<Params, Result> {
  return { doc, params, result };
}

export function notification<Params extends z.ZodType>(doc: string, params: Params): NotificationSpec<Params> {
  return { doc, params };
}

/** What a caller passes, and what a handler gets. */
export type ParamsOf<Spec extends { readonly params: z.ZodType }> = Immutable<z.output<Spec['params']>>;
export type InputOf<Spec extends { readonly params: z.ZodType }> = Immutable<z.input<Spec['params']>>;
export type ResultOf<Spec extends { readonly result: z.ZodType }> = Immutable<z.output<Spec['result']>>;

/** One function per request of a table. */
export type Handlers<Table extends RequestTable, Context> = {
  readonly [Method in keyof Table]: (
    params: ParamsOf<Table[Method]>,
    context: Context,
  ) => Promise<ResultOf<Table[Method]>> | ResultOf<Table[Method]>;
};

/** Calls a request of a table by its name. */
export type Call<Table extends RequestTable> = <Method extends keyof Table & string>(
  method: Method,
  params: InputOf<Table[Method]>,
) => Promise<ResultOf<Table[Method]>>;

/** How an error crosses a boundary. */
export const WireError = z.object({ code: z.string(), message: z.string(), data: z.unknown().optional() });
export type WireError = z.infer<typeof WireError>;

export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof LoomError) {
    return { code: thrown.code, message: thrown.message, ...(thrown.data === undefined ? {} : { data: thrown.data }) };
  }
  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) };
}

export function fromWireError(error: WireError): LoomError {
  return new LoomError(error.code as ErrorCode, error.message, { data: error.data });
}

/** Parses what arrived; the error names the field and what was expected there. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at "${issue.path.map(String).join('.')}"`;
  throw new LoomError('invalid-input', `${what} was not understood${where}: ${issue?.message ?? 'invalid value'}. Nothing was changed.`, {
    data: parsed.error.issues.slice(0, 5).map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  });
}

/** A typed caller over anything that sends a method and params and gives back a result; results are parsed where they arrive. */
export function caller<Table extends RequestTable>(table: Table, send: (method: string, params: unknown) => Promise<unknown>): Call<Table> {
  return async (method, params) => {
    const spec = table[method];
    if (spec === undefined) throw new LoomError('not-found', `There is no request "${method}".`);
    return parse(spec.result, await send(method, params), `The answer to "${method}"`) as ResultOf<Table[typeof method]>;
  };
}

/** Answers any request of a table: parses the params, calls the handler, and lets its error through. */
export async function answer<Table extends RequestTable, Context>(
  table: Table,
  handlers: Handlers<Table, Context>,
  method: string,
  params: unknown,
  context: Context,
): Promise<unknown> {
  const spec = Object.hasOwn(table, method) ? table[method] : undefined;
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  if (spec === undefined || handler === undefined) throw new LoomError('not-found', `There is no request "${method}".`);
  return handler(parse(spec.params, params, `The request "${method}"`) as ParamsOf<Table[string]>, context);
}
