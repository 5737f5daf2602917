// Questions in front of the page.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { say } from "../core/language";
import { useAction } from "../core/load";
import { announce, ErrorNote } from "./basic";
import { CopyText } from "./form";

/** The browser keeps the keyboard in it, and Escape closes it. */
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

/** Asks something of the centre, and closes when that is done. */
export function FormDialog(props: {
  title: string;
  button: string;
  close: () => void;
  work: () => Promise<void>;
  danger?: boolean;
  disabled?: boolean;
  children?: ComponentChildren;
}) {
  const action = useAction();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await action.run(props.work)) props.close();
  };
  const kind = props.danger ? "danger" : "main";
  return (
    <Dialog title={props.title} close={props.close}>
      <form onSubmit={submit} class="form" aria-busy={action.busy}>
        {props.children}
        <ErrorNote error={action.error} />
        <div class="buttons">
          <button type="submit" class={kind} disabled={action.busy || props.disabled}>{props.button}</button>
          <button type="button" onClick={props.close}>{say("cancel")}</button>
        </div>
      </form>
    </Dialog>
  );
}

/** Asks before something is done that is not easily undone. */
export function DangerDialog(props: {
  title: string;
  button: string;
  close: () => void;
  work: () => Promise<unknown>;
  done: () => void;
  children?: ComponentChildren;
}) {
  const work = async () => {
    await props.work();
    announce(say("done"));
    props.done();
  };
  return (
    <FormDialog title={props.title} button={props.button} close={props.close} work={work} danger>
      {props.children}
    </FormDialog>
  );
}

/** Something that is shown once: a password, a token, a secret. */
export interface Secret {
  title: string;
  note: string;
  texts: [label: string, text: string][];
}

export function SecretDialog({ secret, close }: { secret: Secret; close: () => void }) {
  return (
    <Dialog title={secret.title} close={close}>
      <p>{secret.note}</p>
      {secret.texts.map(([label, text]) => <CopyText key={label} label={label} text={text} />)}
      <div class="buttons"><button type="button" class="main" onClick={close}>{say("close")}</button></div>
    </Dialog>
  );
}
