// A search that begins when the typing pauses.
import { useEffect, useRef, useState } from "preact/hooks";
import { Input } from "./form";

const typingPause = 250;

/** A text that is passed on when the typing pauses; busy until then. */
export function SearchBox({ label, value, found, name = "q" }: {
  label: string;
  value: string;
  found: (text: string) => void;
  name?: string;
}) {
  const [text, setText] = useState(value);
  const timer = useRef(0);
  useEffect(() => setText(value), [value]);
  const typed = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => found(next.trim()), typingPause);
  };
  return (
    <Input class="wide" label={label} type="search" name={name} value={text} set={typed} spellcheck={false}
      autocomplete="off" aria-busy={text.trim() !== value.trim()} />
  );
}
