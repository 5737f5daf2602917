// Who is signed in decides what is shown: the sign-in, the forced new password, or the pages.
import type { Session } from "centre-api";
import { useEffect, useState } from "preact/hooks";
import { whenRefused, type ApiError } from "./core/api";
import { say, whenLanguageChanges } from "./core/language";
import { asApiError } from "./core/load";
import { currentSession, SessionContext, useSession } from "./core/session";
import { NeededTotp } from "./pages/people/account";
import { NewPassword } from "./pages/people/new_password";
import { SignIn } from "./pages/people/sign_in";
import { Shell } from "./shell";
import { ErrorNote, Loading } from "./ui/basic";

/** What somebody who is signed in has to do first, or the pages. */
function Signed({ leave }: { leave: () => void }) {
  const session = useSession();
  if (session.must_change_password) return <NewPassword leave={leave} />;
  if (session.second_factor_needed) return <NeededTotp leave={leave} />;
  return <Shell leave={leave} />;
}

export function App() {
  const [session, setSession] = useState<Session | null | undefined>(undefined);
  const [message, setMessage] = useState("");
  const [error, setError] = useState<ApiError | undefined>();
  const [, renewWords] = useState(0);

  const ask = () => {
    setError(undefined);
    currentSession().then(setSession, (failure) => {
      const refused = asApiError(failure);
      if (refused.status === 401) setSession(null);
      else setError(refused);
    });
  };
  useEffect(() => {
    whenLanguageChanges(() => renewWords((round) => round + 1));
    whenRefused(
      () => setSession((last) => {
        if (last) setMessage(say("sessionOver"));
        return null;
      }),
      () => setSession((last) => (last ? { ...last, must_change_password: true } : last)),
    );
    ask();
  }, []);

  if (error) return <main class="alone"><ErrorNote error={error} again={ask} /></main>;
  if (session === undefined) return <main class="alone"><Loading /></main>;
  const enter = (next: Session) => { setMessage(""); setSession(next); };
  if (session === null) return <SignIn message={message} signedIn={enter} />;
  const leave = () => { setMessage(""); setSession(null); location.hash = ""; };
  return (
    <SessionContext.Provider value={{ session, renew: setSession }}>
      <Signed leave={leave} />
    </SessionContext.Provider>
  );
}
