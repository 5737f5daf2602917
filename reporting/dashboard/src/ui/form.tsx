// Fields with their labels.
import type { Unit } from "centre-api";
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { sortedByName } from "../core/format";
import { say } from "../core/language";

/** What every field has. */
interface Field<Value> {
  label: string;
  value: Value;
  set: (value: Value) => void;
  required?: boolean;
  class?: string;
}

type Attributes = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "onInput" | "value" | "label" | "class">;

const Hint = ({ of, children }: { of: string; children?: ComponentChildren }) => (
  children ? <span class="hint" id={`${of}-hint`}>{children}</span> : null
);

export function Input(props: Attributes & Field<string> & { hint?: ComponentChildren }) {
  const { label, hint, value, set, class: name, ...rest } = props;
  const id = useId();
  return (
    <div class={`field ${name ?? ""}`}>
      <label for={id}>{label}</label>
      <input {...rest} id={id} value={value} aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(event) => set(event.currentTarget.value)} />
      <Hint of={id}>{hint}</Hint>
    </div>
  );
}

export function TextArea({ label, value, set, required, maxLength }: Field<string> & { maxLength?: number }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea id={id} rows={3} value={value} required={required} maxLength={maxLength}
        onInput={(event) => set(event.currentTarget.value)} />
    </div>
  );
}

export type Choice<Value extends string = string> = [value: Value, text: string];

export function Select<Value extends string>(props: Field<Value> & { choices: Choice<Value>[] }) {
  const { label, value, set, choices, required, class: name } = props;
  const id = useId();
  return (
    <div class={`field ${name ?? ""}`}>
      <label for={id}>{label}</label>
      <select id={id} value={value} required={required} onChange={(event) => set(event.currentTarget.value as Value)}>
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice} selected={choice === value}>{text}</option>
        ))}
      </select>
    </div>
  );
}

export function Check({ label, checked, set }: { label: string; checked: boolean; set: (checked: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => set(event.currentTarget.checked)} />
      {" "}<span>{label}</span>
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

/** `empty`: what it says where no unit is chosen; without it one always is. */
export function UnitSelect({ units, empty, ...field }: Field<string> & { units: Unit[]; empty?: string }) {
  const choices: Choice[] = inTree(units).map(({ unit, depth }) => (
    [String(unit.id), `${"\u2003".repeat(depth)}${unit.name}`]
  ));
  if (empty !== undefined) choices.unshift(["", empty]);
  return <Select {...field} choices={choices} />;
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
