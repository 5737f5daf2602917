// Calls of the people's API. Nothing else in the page speaks to the centre.

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

export type Query = Record<string, string | number | boolean | null | undefined>;

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

/** "/devices?unit=3": members that are empty are left out. */
export function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "" && value !== false) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

export const apiAddress = (path: string): string => `/api/v1${path}`;

async function refusal(response: Response): Promise<ApiError> {
  const answer = (await response.json().catch(() => ({}))) as Record<string, string>;
  const code = answer.code ?? answer.error ?? "";
  const error = new ApiError(response.status, code, answer.detail ?? answer.message ?? "", Number(response.headers.get("Retry-After")) || 0);
  if (code === "not_signed_in") onSignedOut();
  if (code === "password_change_needed") onPasswordChangeNeeded();
  return error;
}

async function request(method: string, path: string, type?: string, body?: BodyInit, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (type) headers["Content-Type"] = type;
  if (method !== "GET" && csrfToken) headers["X-CSRF-Token"] = csrfToken;
  let response: Response;
  try {
    response = await fetch(apiAddress(path), { method, headers, body, signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "unreachable", "");
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

/** An answer without a body is an empty object. */
async function content<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text ? JSON.parse(text) : {}) as T;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return content<T>(await request("GET", path, undefined, undefined, signal));
}

export async function send<T>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<T> {
  const json = body === undefined ? undefined : JSON.stringify(body);
  return content<T>(await request(method, path, json === undefined ? undefined : "application/json", json));
}

export async function sendCsv<T>(path: string, file: Blob): Promise<T> {
  return content<T>(await request("POST", path, "text/csv", file));
}
