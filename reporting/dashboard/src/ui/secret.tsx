// Something that is shown once: a password, a token, a secret.
import { say } from "../core/language";
import { CopyText, Dialog } from "./form";

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
