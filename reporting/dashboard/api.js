// Calls of the people's API. Nothing else in the page speaks to the centre.

export class ApiError extends Error {
  constructor(status, code, message, retryAfter) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

let csrfToken = "";

async function call(method, path, body) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrfToken) headers["X-CSRF-Token"] = csrfToken;
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new ApiError(0, "unreachable", "");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new ApiError(response.status, answer.code ?? "", answer.detail ?? "", Number(response.headers.get("Retry-After")));
  }
  return answer;
}

const remembering = async (answer) => {
  const session = await answer;
  csrfToken = session.csrf_token;
  return session.user;
};

/** The signed-in user's name; throws ApiError 401 when nobody is. */
export const whoIsSignedIn = () => remembering(call("GET", "/api/v1/session"));
export const signIn = (user, password) => remembering(call("POST", "/api/v1/session", { user, password }));
export const signOut = () => call("DELETE", "/api/v1/session");

export const getUnits = async () => (await call("GET", "/api/v1/units")).units;
export const getDevices = async (unit) => (await call("GET", `/api/v1/devices?unit=${encodeURIComponent(unit)}`)).devices;
export const getDevice = (id) => call("GET", `/api/v1/devices/${encodeURIComponent(id)}`);
export const getPolicy = () => call("GET", "/api/v1/policy");
/** Asks one PC to scan now; the scan with its state, as getScan(batch_id) gives it later. */
export const startScan = (device) => call("POST", "/api/v1/scans", { devices: [device] });
export const getScan = (batch) => call("GET", `/api/v1/scans/${encodeURIComponent(batch)}`);
