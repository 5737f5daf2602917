// Calls of the people's API. Nothing else in the page speaks to the centre. What a route takes and answers is what the
// OpenAPI documents say (api_types.mjs).
import type { Answers, Bodies, Queries } from "centre-api";
import { queryText, type QueryValue } from "./query";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    /** One English sentence of the centre. */
    message: string,
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

/** "GET /units", "POST /units/{unit_id}/merge", … */
export type Route = keyof Answers;
export type Reading = Extract<Route, `GET ${string}`>;
export type Changing = Exclude<Route, Reading>;

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
/** The values in a query string; those that are empty are left out. */
export type Query<R extends Route> = { [Name in Queries[R]]?: QueryValue };
/** What is asked of a route: what stands for its {names}, and its query. */
type Asked<R extends Route> =
  & ([Names<R>] extends [never] ? { ids?: undefined } : { ids: Record<Names<R>, string | number> })
  & { query?: Query<R> };
interface Filled {
  ids?: Record<string, string | number>;
  query?: Record<string, QueryValue>;
}
type Sent<R extends Route> = Asked<R> & (undefined extends Bodies[R] ? { body?: undefined } : { body: Bodies[R] });

declare const answer: unique symbol;
/** Where something is asked for; its type says what comes back. */
export type Address<Answer> = string & { readonly [answer]: Answer };

let csrfToken = "";
let onSignedOut: () => void = () => {};
let onPasswordChangeNeeded: () => void = () => {};

export function rememberCsrfToken(token: string): void {
  csrfToken = token;
}

/** What happens when the centre says that the session is over, or that a password must be set first. */
export function whenRefused(signedOut: () => void, passwordChangeNeeded: () => void): void {
  onSignedOut = signedOut;
  onPasswordChangeNeeded = passwordChangeNeeded;
}

function pathOf(route: string, asked: Filled): string {
  const path = route.slice(route.indexOf(" ") + 1).replace(/\{(\w+)\}/g, (_whole, name: string) => (
    encodeURIComponent(String(asked.ids![name]))
  ));
  return `/api/v1${path}${queryText(asked.query ?? {})}`;
}

/** address("GET /devices/{device_id}/changes", { ids: { device_id }, query: { limit: 200 } }) */
export function address<R extends Reading>(
  route: R, ...[asked]: [Names<R>] extends [never] ? [Asked<R>?] : [Asked<R>]
): Address<Answers[R]> {
  return pathOf(route, asked ?? {}) as Address<Answers[R]>;
}

async function refusal(response: Response): Promise<ApiError> {
  const said = (await response.json().catch(() => ({}))) as Record<string, string>;
  const code = said.code ?? said.error ?? "";
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  const error = new ApiError(response.status, code, said.detail ?? said.message ?? "", retryAfter);
  if (code === "not_signed_in") onSignedOut();
  if (code === "password_change_needed") onPasswordChangeNeeded();
  return error;
}

async function ask(
  method: string, path: string, body?: Blob | string, signal?: AbortSignal, accept = "application/json",
): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept };
  if (body !== undefined) headers["Content-Type"] = body instanceof Blob ? "text/csv" : "application/json";
  if (method !== "GET" && csrfToken) headers["X-CSRF-Token"] = csrfToken;
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body, signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "unreachable", "");
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function call(method: string, path: string, body?: Blob | string, signal?: AbortSignal): Promise<unknown> {
  const text = await (await ask(method, path, body, signal)).text();
  return text ? JSON.parse(text) : {};
}

export const get = <T>(from: Address<T>, signal?: AbortSignal): Promise<T> => (
  call("GET", from, undefined, signal) as Promise<T>
);

/** send("POST /waivers", { body: … }): a body is JSON, a file is CSV. */
export async function send<R extends Changing>(route: R, sent: Sent<R>): Promise<Answers[R]> {
  const { body } = sent as { body?: unknown };
  const content = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  return await call(route.slice(0, route.indexOf(" ")), pathOf(route, sent), content) as Answers[R];
}

/** Lines of text as they come. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + decoder.decode(value, { stream: !done })).split("\n");
      rest = lines.pop()!;
      yield* lines;
      if (done) return;
    }
  } finally {
    await reader.cancel();
  }
}

export interface Progress {
  done: number;
  of: number;
}
type ProgressLine = Progress | { preview: Answers["POST /policy/preview"] } | { error: string };

/** What another policy would make of the PCs; `news` is told how far it is, each second. */
export async function previewPolicy(
  body: Bodies["POST /policy/preview"], news: (progress: Progress) => void, signal: AbortSignal,
): Promise<Answers["POST /policy/preview"]> {
  const path = pathOf("POST /policy/preview", {});
  const response = await ask("POST", path, JSON.stringify(body), signal, "application/x-ndjson");
  try {
    for await (const text of linesOf(response.body!)) {
      const line = JSON.parse(text) as ProgressLine;
      if ("preview" in line) return line.preview;
      if ("error" in line) throw new ApiError(500, line.error, "");
      news(line);
    }
  } catch (error) {
    if (error instanceof TypeError) throw new ApiError(0, "unreachable", "");  // the connection was cut
    throw error;
  }
  throw new ApiError(0, "unreachable", "");
}
