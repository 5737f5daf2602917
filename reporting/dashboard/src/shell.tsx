// The frame around all pages, and which page an address means.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { say, type Word } from "./core/language";
import { parseHash, useRoute, type Route } from "./core/router";
import { may, signOut, useSession, type Right } from "./core/session";
import { pageOf } from "./pages/all";
import { roleText } from "./pages/people/roles";
import { Announcer } from "./ui/basic";
import { LanguageButton, ThemeSelect } from "./ui/preferences";

interface Entry {
  word: Word;
  href: string;
  right: Right;
}

const groups: { word: Word; entries: Entry[] }[] = [
  {
    word: "group_watch",
    entries: [
      { word: "nav_overview", href: "#/", right: "read" },
      { word: "nav_devices", href: "#/devices", right: "read" },
      { word: "nav_notices", href: "#/notices", right: "read" },
      { word: "nav_units", href: "#/units", right: "read" },
      { word: "nav_scans", href: "#/scans", right: "read" },
      { word: "nav_reports", href: "#/reports", right: "read" },
    ],
  },
  {
    word: "group_registers",
    entries: [
      { word: "nav_accounts", href: "#/web-accounts", right: "read" },
      { word: "nav_licences", href: "#/licences", right: "read" },
      { word: "nav_waivers", href: "#/waivers", right: "read" },
      { word: "nav_policy", href: "#/policy", right: "read" },
    ],
  },
  {
    word: "group_manage",
    entries: [
      { word: "nav_enrolment", href: "#/enrolment", right: "administer" },
      { word: "nav_users", href: "#/users", right: "administer" },
      { word: "nav_tokens", href: "#/api-tokens", right: "administer" },
      { word: "nav_webhooks", href: "#/webhooks", right: "administer" },
      { word: "nav_audit", href: "#/audit", right: "audit" },
    ],
  },
];

function Menu({ route, chosen }: { route: Route; chosen: () => void }) {
  const { role } = useSession();
  const here = (href: string) => (parseHash(href).path[0] ?? "") === (route.path[0] ?? "");
  return (
    <>
      {groups.map(({ word, entries }) => {
        const shown = entries.filter((entry) => may(role, entry.right));
        if (shown.length === 0) return null;
        return (
          <div class="menu-group" key={word}>
            <p id={word}>{say(word)}</p>
            <ul aria-labelledby={word}>
              {shown.map((entry) => (
                <li key={entry.href}>
                  <a href={entry.href} aria-current={here(entry.href) ? "page" : undefined} onClick={chosen}>
                    {say(entry.word)}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </>
  );
}

function Header({ open, toggle, leave }: { open: boolean; toggle: () => void; leave: () => void }) {
  const session = useSession();
  const out = async () => {
    await signOut();
    leave();
  };
  return (
    <header class="top">
      <button type="button" class="menu-button" aria-expanded={open} aria-controls="menu" onClick={toggle}>
        <span aria-hidden="true">☰</span> {say("menu")}
      </button>
      <a class="brand" href="#/"><img src="/icon.svg" alt="" width="24" height="24" /> Wardwatch</a>
      <div class="top-right">
        <a class="who" href="#/account" title={say("nav_account")}>
          {session.full_name || session.user}<span class="dim"> · {roleText(session.role)}</span>
        </a>
        <LanguageButton />
        <ThemeSelect />
        <button type="button" class="quiet" id="sign-out" onClick={out}>{say("signOut")}</button>
      </div>
    </header>
  );
}

export function Shell({ leave }: { leave: () => void }): ComponentChildren {
  const session = useSession();
  const route = useRoute();
  const [open, setOpen] = useState(false);
  // Where one is without what is filtered there: a changed filter is the same page.
  const place = route.path.join("/");
  useEffect(() => setOpen(false), [place]);
  const skip = (event: Event) => {
    event.preventDefault();
    document.querySelector<HTMLElement>("main h1")?.focus();
  };
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>{say("skip")}</a>
      <Header open={open} toggle={() => setOpen(!open)} leave={leave} />
      <div class="frame">
        <nav id="menu" class={open ? "menu open" : "menu"} aria-label={say("menu")}>
          <Menu route={route} chosen={() => setOpen(false)} />
        </nav>
        <main id="content" data-address={route.address}>
          {session.simulated && <p class="notice plain" role="note">{say("simulated")}</p>}
          {!session.takes_reports && <p class="notice bad" role="alert">{say("diskFull")}</p>}
          {pageOf(route)}
        </main>
      </div>
      <Announcer />
    </>
  );
}
