// Who is signed in, and what the page offers them.
import type { Role, Session } from "centre-api";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { address, get, rememberCsrfToken, send } from "./api";

export type Right = "read" | "scan" | "describe" | "audit" | "administer";

export function may(role: Role, right: Right): boolean {
  if (right === "read" || role === "administrator") return true;
  if (role === "operator") return right === "scan" || right === "describe";
  return right === "audit" && role === "auditor";
}

function remembering(session: Session): Session {
  rememberCsrfToken(session.csrf_token);
  return session;
}

export const currentSession = async (): Promise<Session> => remembering(await get(address("GET /session")));

export async function signIn(user: string, password: string, code: string): Promise<Session> {
  return remembering(await send("POST /session", { body: code ? { user, password, code } : { user, password } }));
}

export async function changePassword(old_password: string, new_password: string): Promise<Session> {
  return remembering(await send("POST /session/password", { body: { old_password, new_password } }));
}

/** Whatever the centre answers, the page forgets: an expired session is as good as an ended one. */
export const signOut = (): Promise<unknown> => send("DELETE /session", {}).catch(() => {});

export const SessionContext = createContext<{ session: Session; renew: (session: Session) => void } | null>(null);

export function useSession(): Session {
  return useContext(SessionContext)!.session;
}

export function useMay(right: Right): boolean {
  return may(useSession().role, right);
}
