// Query strings, as forms write them: a space is "+", a "+" is "%2B".

export type QueryValue = string | number | boolean | null | undefined;

/** "?unit=3&q=ben+thanh"; members that are empty are left out. */
export function queryText(query: Record<string, QueryValue>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "" && value !== false) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text && `?${text}`;
}
