// Long pages in portions.
import { toChildArray, type ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

/**
 * The first children at once, the others `of` at a time with the browser's own work between, so that even a slow PC draws, scrolls
 * and answers keys while a long page is being made.
 */
export function InPortions({ of: portion, children }: { of: number; children: ComponentChildren }) {
  const all = toChildArray(children);
  const [shown, setShown] = useState(portion);
  useEffect(() => {
    if (shown >= all.length) return undefined;
    const next = setTimeout(() => setShown(shown + portion));
    return () => clearTimeout(next);
  }, [shown, all.length]);
  return <>{all.slice(0, shown)}</>;
}
