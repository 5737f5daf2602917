// One's own account: details, password, second factor.
import type { Answers } from "centre-api";
import { useContext, useState } from "preact/hooks";
import { send } from "../../core/api";
import { pathText } from "../../core/format";
import { say } from "../../core/language";
import { useAction } from "../../core/load";
import { SessionContext, signOut } from "../../core/session";
import { announce, ErrorNote, Notice, Page, Section, Terms } from "../../ui/basic";
import { FormDialog } from "../../ui/dialog";
import { CopyText, Input } from "../../ui/form";
import { LanguageButton, ThemeSelect } from "../../ui/preferences";
import { QrCode } from "../../ui/qr_code";
import { PasswordForm } from "./new_password";
import { roleText } from "./roles";

/** Asked for with a code of the app, and shown once. */
function RecoveryCodes() {
  const { session, renew } = useContext(SessionContext)!;
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<string[]>([]);
  const action = useAction();
  const make = async (event: Event) => {
    event.preventDefault();
    await action.run(async () => {
      const made = await send("POST /session/recovery-codes", { body: { code: code.replace(/\s/g, "") } });
      setCodes(made.recovery_codes);
      setCode("");
      renew({ ...session, recovery_codes: made.recovery_codes.length });
    });
  };
  return (
    <form class="form narrow" onSubmit={make}>
      <p>{say("recoveryLead", { left: session.recovery_codes })}</p>
      {codes.length > 0 && <CopyText label={say("recoveryOnce")} text={codes.join("\n")} />}
      <Input label={say("code")} value={code} set={setCode} inputMode="numeric" autocomplete="one-time-code"
        pattern="[0-9 ]{6,8}" required />
      <ErrorNote error={action.error} />
      <div class="buttons"><button type="submit" disabled={action.busy}>{say("recoveryMake")}</button></div>
    </form>
  );
}

/** Whose role needs a second factor, and who has none: nothing else until then. */
export function NeededTotp({ leave }: { leave: () => void }) {
  const out = async () => {
    await signOut();
    leave();
  };
  return (
    <div class="alone">
      <main class="panel">
        <Page title={say("secondFactorNeeded")} lead={say("secondFactorNeededText")}>
          <BeginTotp told={announce} />
          <div class="preferences">
            <button type="button" class="quiet" onClick={out}>{say("signOut")}</button><LanguageButton /><ThemeSelect />
          </div>
        </Page>
      </main>
    </div>
  );
}

function BeginTotp({ told }: { told: (text: string) => void }) {
  const { session, renew } = useContext(SessionContext)!;
  const [secret, setSecret] = useState<Answers["POST /session/totp"] | null>(null);
  const [code, setCode] = useState("");
  const action = useAction();
  const begin = () => action.run(async () => setSecret(await send("POST /session/totp", {})));
  const confirm = async (event: Event) => {
    event.preventDefault();
    await action.run(async () => {
      await send("PUT /session/totp", { body: { code: code.replace(/\s/g, "") } });
      told(say("totpEnabled"));
      renew({ ...session, totp: true, second_factor_needed: false });
    });
  };
  if (!secret) {
    return (
      <>
        <p>{say("totpOff")}</p>
        <ErrorNote error={action.error} />
        <button type="button" disabled={action.busy} onClick={begin}>{say("totpBegin")}</button>
      </>
    );
  }
  return (
    <form class="form narrow" onSubmit={confirm}>
      <p>{say("totpSteps")}</p>
      <QrCode text={secret.uri} label={say("totpQr")} />
      <CopyText label={say("totpSecret")} text={secret.secret} />
      <p><a href={secret.uri}>{say("totpUri")}</a></p>
      <Input label={say("code")} value={code} set={setCode} inputMode="numeric" autocomplete="one-time-code"
        pattern="[0-9 ]{6,8}" required />
      <ErrorNote error={action.error} />
      <div class="buttons"><button type="submit" class="main" disabled={action.busy}>{say("totpConfirm")}</button></div>
    </form>
  );
}

function EndTotp({ close, told }: { close: () => void; told: (text: string) => void }) {
  const { session, renew } = useContext(SessionContext)!;
  const [password, setPassword] = useState("");
  const work = async () => {
    await send("DELETE /session/totp", { body: { password } });
    told(say("totpEnded"));
    renew({ ...session, totp: false });
  };
  return (
    <FormDialog title={say("totpEnd")} button={say("totpEnd")} close={close} work={work} danger>
      <Input label={say("oldPassword")} type="password" value={password} set={setPassword} autocomplete="off"
        required />
    </FormDialog>
  );
}

export function AccountPage() {
  const { session } = useContext(SessionContext)!;
  const [message, setMessage] = useState("");
  const [ending, setEnding] = useState(false);
  const { unit_id, unit } = session;
  return (
    <Page title={say("nav_account")}>
      {message && <Notice>{message}</Notice>}
      <Terms class="summary" entries={[
        [say("user"), session.user],
        [say("fullName"), session.full_name],
        [say("role"), roleText(session.role)],
        [say("scope"), unit_id === null ? say("wholeCity") : pathText(unit ?? String(unit_id))],
      ]} />
      <div class="two">
        <Section title={say("setPassword")}>
          {session.source === "directory"
            ? <p>{say("directoryPassword")}</p>
            : <PasswordForm done={() => setMessage(say("passwordChanged"))} />}
        </Section>
        <Section title={say("secondFactor")}>
          {session.totp
            ? (
              <>
                <p>{say("totpOn")}</p>
                <button type="button" onClick={() => setEnding(true)}>{say("totpEnd")}</button>
                <RecoveryCodes />
              </>
            )
            : <BeginTotp told={setMessage} />}
        </Section>
      </div>
      <Section title={say("sessions")}>
        <p>{say("sessionsLead")}</p>
        <p><a href="#/sessions">{say("seeSessions")}</a></p>
      </Section>
      {ending && <EndTotp close={() => setEnding(false)} told={setMessage} />}
    </Page>
  );
}
