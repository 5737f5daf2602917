// Fields with their labels, and dialogs.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { sortedByName } from "../core/format";
import { say } from "../core/language";
import type { Action } from "../core/load";
import type { Unit } from "../core/types";
import { ErrorNote } from "./basic";

type Attributes = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "onInput" | "value" | "label">;

export function Input({ label, hint, value, set, class: name, ...rest }: Attributes & { label: string; hint?: ComponentChildren; value: string; set: (value: string) => void; class?: string }) {
  const id = useId();
  return (
    <div class={`field ${name ?? ""}`}>
      <label for={id}>{label}</label>
      <input {...rest} id={id} value={value} aria-describedby={hint ? `${id}-hint` : undefined} onInput={(event) => set(event.currentTarget.value)} />
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
    </div>
  );
}

export function TextArea({ label, hint, value, set, rows = 3, required }: { label: string; hint?: string; value: string; set: (value: string) => void; rows?: number; required?: boolean }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea id={id} rows={rows} value={value} required={required} aria-describedby={hint ? `${id}-hint` : undefined} onInput={(event) => set(event.currentTarget.value)} />
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
    </div>
  );
}

export type Choice = [value: string, text: string];

export function Select({ label, value, set, choices, required, class: name }: { label: string; value: string; set: (value: string) => void; choices: Choice[]; required?: boolean; class?: string }) {
  const id = useId();
  return (
    <div class={`field ${name ?? ""}`}>
      <label for={id}>{label}</label>
      <select id={id} value={value} required={required} onChange={(event) => set(event.currentTarget.value)}>
        {choices.map(([choice, text]) => <option key={choice} value={choice} selected={choice === value}>{text}</option>)}
      </select>
    </div>
  );
}

export function Check({ label, checked, set, disabled }: { label: ComponentChildren; checked: boolean; set: (checked: boolean) => void; disabled?: boolean }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => set(event.currentTarget.checked)} /> <span>{label}</span>
    </label>
  );
}

export interface TreeLine {
  unit: Unit;
  depth: number;
}

/** Units in the order of their tree, each after the one above it. */
export function inTree(units: Unit[]): TreeLine[] {
  const known = new Set(units.map((unit) => unit.id));
  const below = new Map<number | null, Unit[]>();
  for (const unit of units) {
    const parent = unit.parent_id !== null && known.has(unit.parent_id) ? unit.parent_id : null;
    below.set(parent, [...(below.get(parent) ?? []), unit]);
  }
  const list: TreeLine[] = [];
  const walk = (parent: number | null, depth: number) => {
    for (const unit of sortedByName(below.get(parent) ?? [], ({ name }) => name)) {
      list.push({ unit, depth });
      walk(unit.id, depth + 1);
    }
  };
  walk(null, 0);
  return list;
}

export function UnitSelect({ label, value, set, units, empty, required }: { label: string; value: string; set: (value: string) => void; units: Unit[]; empty?: string; required?: boolean }) {
  const choices: Choice[] = inTree(units).map(({ unit, depth }) => [String(unit.id), `${"\u2003".repeat(depth)}${unit.name}`]);
  return <Select label={label} value={value} set={set} required={required} choices={[...(empty !== undefined ? [["", empty] as Choice] : []), ...choices]} />;
}

/** A question in front of the page: the browser keeps the keyboard in it, and Escape closes it. */
export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const asked = document.activeElement;
    const shown = dialog.current!;
    shown.showModal();
    return () => {
      shown.close();
      if (asked instanceof HTMLElement) asked.focus();
    };
  }, []);
  // A file chooser in the dialog says "cancel", too, and is not meant here.
  const cancelled = (event: Event) => {
    if (event.target !== dialog.current) return;
    event.preventDefault();
    close();
  };
  return (
    <dialog ref={dialog} aria-labelledby={id} onCancel={cancelled}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

/** A dialog that asks something of the centre and closes when that is done. */
export function FormDialog(props: { title: string; button: string; close: () => void; action: Action; work: () => Promise<void>; danger?: boolean; disabled?: boolean; children?: ComponentChildren }) {
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await props.action.run(props.work)) props.close();
  };
  return (
    <Dialog title={props.title} close={props.close}>
      <form onSubmit={submit} class="form" aria-busy={props.action.busy}>
        {props.children}
        <ErrorNote error={props.action.error} />
        <div class="buttons">
          <button type="submit" class={props.danger ? "danger" : "main"} disabled={props.action.busy || props.disabled}>{props.button}</button>
          <button type="button" onClick={props.close}>{say("cancel")}</button>
        </div>
      </form>
    </Dialog>
  );
}

export function CopyText({ text, label }: { text: string; label: string }) {
  const id = useId();
  const copy = async (event: Event) => {
    const button = event.currentTarget as HTMLButtonElement;
    await navigator.clipboard.writeText(text);
    button.textContent = say("copied");
  };
  return (
    <div class="copy">
      <span id={id} class="label">{label}</span>
      <code tabIndex={0} aria-labelledby={id} role="textbox" aria-readonly="true" aria-multiline="true">{text}</code>
      <button type="button" onClick={copy}>{say("copy")}</button>
    </div>
  );
}
