// The address after # says which page is shown and what is filtered there.
import { useEffect, useState } from "preact/hooks";
import { queryText, type QueryValue } from "./query";

export interface Route {
  /** As it stands in the browser: "#/devices/a1/facts?x=1" */
  address: string;
  /** "#/devices/a1/facts?x=1" → ["devices", "a1", "facts"] */
  path: string[];
  query: URLSearchParams;
}

export function parseHash(hash: string): Route {
  const text = hash.replace(/^#\/?/, "");
  const mark = text.indexOf("?");
  const path = (mark < 0 ? text : text.slice(0, mark)).split("/").filter(Boolean).map(decoded);
  return { address: hash, path, query: new URLSearchParams(mark < 0 ? "" : text.slice(mark + 1)) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A typed address may hold a lonely %.
  }
}

/** link("devices", id) → "#/devices/…"; empty members of the query are left out. */
export function link(path: (string | number)[], query: Record<string, QueryValue> = {}): string {
  return `#/${path.map((part) => encodeURIComponent(String(part))).join("/")}${queryText(query)}`;
}

/** The address with some members of its query changed; an empty value removes one. */
export function changedQuery(route: Route, changes: Record<string, string>): string {
  const query: Record<string, string> = {};
  for (const [name, value] of route.query) query[name] = value;
  return link(route.path, { ...query, ...changes });
}

export function go(address: string): void {
  location.hash = address;
}

/** Changes the address without a step that "back" would have to undo: for a filter that is being typed. */
export function replaceAddress(address: string): void {
  history.replaceState(null, "", address);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  return parseHash(hash);
}
