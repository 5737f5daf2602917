// A new password: forced after the first login, or of one's own will.
import { useContext, useState } from "preact/hooks";
import { say } from "../../core/language";
import { useAction } from "../../core/load";
import { checkPassword } from "../../core/password_rules";
import { changePassword, SessionContext, signOut } from "../../core/session";
import { ErrorNote, Page } from "../../ui/basic";
import { Check, Input } from "../../ui/form";
import { LanguageButton, ThemeSelect } from "../../ui/preferences";

export function PasswordForm({ done }: { done: () => void }) {
  const { session, renew } = useContext(SessionContext)!;
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [repeated, setRepeated] = useState("");
  const [visible, setVisible] = useState(false);
  const action = useAction();
  const rules = checkPassword(next, repeated, old, session.user);
  const type = visible ? "text" : "password";
  const submit = async (event: Event) => {
    event.preventDefault();
    const went = await action.run(async () => renew(await changePassword(old, next)));
    if (!went) return;
    for (const set of [setOld, setNext, setRepeated]) set("");
    done();
  };
  const field = { type, autocomplete: "off", required: true } as const;
  return (
    <form class="form narrow" onSubmit={submit}>
      <Input label={say("oldPassword")} name="old" value={old} set={setOld} {...field} />
      <Input label={say("newPassword")} name="new" value={next} set={setNext} aria-describedby="password-rules"
        {...field} />
      <Input label={say("repeatPassword")} name="repeated" value={repeated} set={setRepeated} {...field} />
      <Check label={say("showPassword")} checked={visible} set={setVisible} />
      <p class="label" id="password-rules">{say("passwordRules")}</p>
      <ul class="rules" aria-labelledby="password-rules">
        {rules.map(({ rule, kept }) => (
          <li key={rule} class={kept ? "kept" : ""}>
            <span aria-hidden="true">{kept ? "✓" : "○"}</span> {say(rule)}
            <span class="sr-only">: {say(kept ? "ruleKept" : "ruleOpen")}</span>
          </li>
        ))}
      </ul>
      <ErrorNote error={action.error} />
      <div class="buttons">
        <button type="submit" class="main" disabled={action.busy || rules.some(({ kept }) => !kept)}>
          {say("setPassword")}
        </button>
      </div>
    </form>
  );
}

export function NewPassword({ leave }: { leave: () => void }) {
  const out = async () => {
    await signOut();
    leave();
  };
  return (
    <div class="alone">
      <main class="panel">
        <Page title={say("newPasswordTitle")} lead={say("newPasswordForced")}>
          <PasswordForm done={() => {}} />
          <div class="preferences">
            <button type="button" class="quiet" onClick={out}>{say("signOut")}</button><LanguageButton /><ThemeSelect />
          </div>
        </Page>
      </main>
    </div>
  );
}
