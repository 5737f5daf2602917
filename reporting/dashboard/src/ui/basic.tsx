// What every page is made of: its heading, and how it shows that something is loading, missing or refused.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../core/api";
import { pathText, timeText } from "../core/format";
import { language, say, sayOr } from "../core/language";
import type { Loaded } from "../core/load";
import { useMay, type Right } from "../core/session";

export interface Crumb {
  text: string;
  href: string;
}

// The first page leaves the keyboard where the browser has it: at the top.
let shownBefore = false;

/** A page with its heading; the keyboard moves there when the page is opened, so that readers announce it. */
export function Page(props: {
  title: string;
  crumbs?: Crumb[];
  badge?: ComponentChildren;
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  children?: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (shownBefore) {
      heading.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    shownBefore = true;
  }, []);
  // Whoever sees the heading finds the title, too.
  useLayoutEffect(() => {
    document.title = props.title ? `${props.title} · Wardwatch` : "Wardwatch";
  }, [props.title, language()]);
  return (
    <>
      {props.crumbs && props.crumbs.length > 0 && (
        <nav class="crumbs" aria-label={say("pages")}>
          <ol>
            {props.crumbs.map((crumb) => <li key={crumb.href}><a href={crumb.href}>{crumb.text}</a></li>)}
          </ol>
        </nav>
      )}
      <div class="page-head">
        <h1 tabIndex={-1} ref={heading}>{props.title}{props.badge && <> {props.badge}</>}</h1>
        {props.actions && <div class="page-actions">{props.actions}</div>}
      </div>
      {props.lead && <p class="lead">{props.lead}</p>}
      {props.children}
    </>
  );
}

export function errorText(error: ApiError): string {
  if (error.code === "too_many_attempts") {
    return say("too_many_attempts", { minutes: Math.max(1, Math.ceil(error.retryAfter / 60)) });
  }
  return sayOr(error.code, say("failed"));
}

// The centre's own sentence adds nothing to these.
const selfExplaining = new Set([
  "unreachable", "wrong_login", "code_needed", "not_signed_in", "too_many_attempts", "not_found", "method_not_allowed",
  "not_allowed", "wrong_password",
]);

/** A refusal, with the centre's own sentence where it says more. */
export function ErrorNote({ error, again }: { error?: ApiError; again?: () => void }) {
  if (!error) return null;
  const detail = error.message && !selfExplaining.has(error.code) ? error.message : "";
  return (
    <div class="notice bad" role="alert">
      <p><strong>{errorText(error)}</strong></p>
      {detail && (language() === "en"
        ? <p>{detail}</p>
        : <details><summary>{say("centreSays")}</summary><p lang="en">{detail}</p></details>)}
      {again && <button type="button" onClick={again}>{say("again")}</button>}
    </div>
  );
}

export const Loading = () => <p class="loading" role="status">{say("loading")}</p>;

/**
 * What a page shows of an answer: that it is on its way, why it is not there, or what it says. `also`: other answers
 * that what is shown takes words from; it is busy until they are there.
 */
export function Shown<T>({ of, also = [], children }: {
  of: Loaded<T>;
  also?: Loaded<unknown>[];
  children: (data: T) => ComponentChildren;
}) {
  if (of.error && !of.loading) return <ErrorNote error={of.error} again={of.reload} />;
  if (of.data === undefined) return <Loading />;
  const busy = of.loading || also.some(({ loading }) => loading);
  return <div class={of.loading ? "renewed" : undefined} aria-busy={busy}>{children(of.data)}</div>;
}

/** For pages of one right: others are told so instead of being shown an error. */
export function Only(props: { right: Right; title: string; children: ComponentChildren }) {
  const { right, title, children } = props;
  if (useMay(right)) return <>{children}</>;
  return <Page title={title}><Empty title={say("notAllowedTitle")}>{say("notAllowedText")}</Empty></Page>;
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return <div class="empty"><p><strong>{title}</strong></p>{children && <p>{children}</p>}</div>;
}

export function Notice(props: { kind?: "good" | "bad" | "plain"; children: ComponentChildren }) {
  return <div class={`notice ${props.kind ?? "good"}`} role="status">{props.children}</div>;
}

export function Section(props: {
  title: string;
  note?: ComponentChildren;
  actions?: ComponentChildren;
  id?: string;
  busy?: boolean;
  children: ComponentChildren;
}) {
  return (
    <section class="section" id={props.id} aria-busy={props.busy}>
      <div class="section-head">
        <h2>{props.title}</h2>
        {props.actions && <div class="page-actions">{props.actions}</div>}
      </div>
      {props.note && <p class="note">{props.note}</p>}
      {props.children}
    </section>
  );
}

/** Folded away until somebody wants it, and only then made: a page that nobody unfolds does not pay for it. */
export function Folded(props: {
  summary: ComponentChildren;
  label?: string;
  class?: string;
  children: () => ComponentChildren;
}) {
  const [open, setOpen] = useState(false);
  return (
    <details class={props.class} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={props.label}>{props.summary}</summary>
      {open && props.children()}
    </details>
  );
}

/** An instant; nothing yet is said in words. */
export function Time({ at }: { at: string | null | undefined }) {
  const text = timeText(at);
  return text ? <time dateTime={at ?? ""}>{text}</time> : <span class="dim">{say("never")}</span>;
}

export const ZoneNote = () => <p class="note">{say("timeZone")}</p>;

/** A term and what is said of it; entries without a text are left out. */
export function Terms({ entries, class: name = "terms" }: { entries: [string, ComponentChildren][]; class?: string }) {
  const told = entries.filter(([, text]) => text !== null && text !== undefined && text !== "");
  return <dl class={name}>{told.map(([term, text]) => <div key={term}><dt>{term}</dt><dd>{text}</dd></div>)}</dl>;
}

/** A unit in a list: its own name, and whose part it is when that says more than "of the city". */
export function UnitName({ path }: { path: string }) {
  const names = path.split("/");
  const parent = names.length > 2 ? names[names.length - 2] : "";
  return (
    <span title={pathText(path)}>
      {names[names.length - 1]}{parent && <span class="instance">{parent}</span>}
    </span>
  );
}

let said: HTMLElement | null = null;

/** Where announcements are read from: one for the whole page. */
export function Announcer() {
  return <div class="sr-only" role="status" aria-live="polite" ref={(node) => { said = node; }} />;
}

/** Says something to who does not see the page. */
export function announce(text: string): void {
  if (said) said.textContent = text;
}
