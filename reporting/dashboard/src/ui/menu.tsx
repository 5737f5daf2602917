// What can be done with a row, behind one button.
import type { ComponentChildren } from "preact";
import { say } from "../core/language";
import { Folded } from "./basic";

/** Closes when one of its buttons was pressed. */
export function RowMenu({ of, children }: { of: string; children: () => ComponentChildren }) {
  const close = (event: Event) => {
    const menu = event.currentTarget as HTMLElement;
    if ((event.target as HTMLElement).closest("button")) menu.closest("details")!.open = false;
  };
  return (
    <Folded class="row-menu" summary="⋯" label={`${say("actions")}: ${of}`}>
      {() => <div onClick={close}>{children()}</div>}
    </Folded>
  );
}
