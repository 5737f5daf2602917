// Long pages in portions.
import { toChildArray, type ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

/**
 * An element that gets its first children at once, the others `of` at a time with the browser's own work between, so
 * that even a slow PC draws, scrolls and answers keys while a long page is being made. It is busy until all are there,
 * or while `busy` says so.
 */
export function InPortions(props: { as?: "div" | "tbody"; of: number; busy?: boolean; children: ComponentChildren }) {
  const { as: Element = "div", of: portion } = props;
  const all = toChildArray(props.children);
  const [shown, setShown] = useState(portion);
  useEffect(() => {
    if (shown >= all.length) return undefined;
    const next = setTimeout(() => setShown(shown + portion));
    return () => clearTimeout(next);
  }, [shown, all.length]);
  return <Element aria-busy={props.busy || shown < all.length}>{all.slice(0, shown)}</Element>;
}
