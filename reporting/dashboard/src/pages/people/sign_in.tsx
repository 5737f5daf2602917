// Signing in; the second factor is asked for when the centre says that the account has one.
import type { Session } from "centre-api";
import { useEffect, useRef, useState } from "preact/hooks";
import { say } from "../../core/language";
import { useAction } from "../../core/load";
import { signIn } from "../../core/session";
import { ErrorNote } from "../../ui/basic";
import { Check, Input } from "../../ui/form";
import { LanguageButton, ThemeSelect } from "../../ui/preferences";

export function SignIn({ message, signedIn }: { message: string; signedIn: (session: Session) => void }) {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [visible, setVisible] = useState(false);
  const [codeWanted, setCodeWanted] = useState(false);
  const action = useAction();
  const form = useRef<HTMLFormElement>(null);
  // When what changes with it has been drawn: the field may be new.
  const focus = (name: string) => setTimeout(() => (
    form.current?.querySelector<HTMLInputElement>(`[name=${name}]`)?.focus()
  ));

  useEffect(() => {
    document.title = `${say("signIn")} · Wardwatch`;
  });
  useEffect(() => { focus("user"); }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    await action.run(async () => {
      try {
        signedIn(await signIn(user, password, code.replace(/\s/g, "")));
      } catch (error) {
        const wantsCode = (error as { code?: string }).code === "code_needed";
        if (wantsCode || codeWanted) {
          setCodeWanted(true);
          setCode("");
          focus("code");
        } else {
          setPassword("");
          focus("password");
        }
        throw error;
      }
    });
  };
  return (
    <div class="alone">
      <main>
        <form class="login" onSubmit={submit} ref={form}>
          <img src="/icon.svg" alt="" width="40" height="40" />
          <h1>Wardwatch</h1>
          <p class="dim">{say("signInLead")}</p>
          {message && !action.error && <p class="notice plain" role="status">{message}</p>}
          <Input label={say("user")} name="user" value={user} set={setUser} autocomplete="username"
            autocapitalize="none"
            spellcheck={false} required />
          {/* Clause 1c holds for this page, too: nothing is to be kept by the browser. */}
          <Input label={say("password")} name="password" type={visible ? "text" : "password"} value={password}
            set={setPassword} autocomplete="off" spellcheck={false} required />
          <Check label={say("showPassword")} checked={visible} set={setVisible} />
          {codeWanted && (
            <Input label={say("code")} hint={say("codeHint")} name="code" value={code} set={setCode} inputMode="numeric"
              autocomplete="one-time-code" pattern="[0-9 ]{6,30}" required />
          )}
          <ErrorNote error={action.error} />
          <button type="submit" class="main" disabled={action.busy}>{say("signIn")}</button>
        </form>
        <div class="preferences"><LanguageButton /><ThemeSelect /></div>
      </main>
    </div>
  );
}
