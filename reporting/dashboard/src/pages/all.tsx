// Which page an address means.
import type { ComponentChildren } from "preact";
import { say } from "../core/language";
import type { Route } from "../core/router";
import { Empty, Page } from "../ui/basic";
import { AuditPage } from "./audit/log";
import { ScanPage } from "./commands/scan";
import { ScansPage } from "./commands/scans";
import { DevicePage } from "./devices/device";
import { DevicesPage } from "./devices/list";
import { NoticesPage } from "./devices/notices";
import { OverviewPage } from "./devices/overview";
import { EnrolmentPage } from "./enrolment/tokens";
import { WebhooksPage } from "./integration/webhooks";
import { PolicyPage } from "./judging/policy";
import { WaiversPage } from "./judging/waivers";
import { AccountPage } from "./people/account";
import { TokensPage } from "./people/api_tokens";
import { SessionsPage } from "./people/sessions";
import { UsersPage } from "./people/users";
import { LicencesPage } from "./registers/licences";
import { AccountsPage } from "./registers/web_accounts";
import { SystemPage } from "./registers/web_system";
import { ReportsPage } from "./reports/form";
import { UnitsPage } from "./units/tree";
import { UnitPage } from "./units/unit";

function Nowhere() {
  return (
    <Page title={say("noPage")}>
      <Empty title={say("noPageText")}><a href="#/">{say("toOverview")}</a></Empty>
    </Page>
  );
}

export function pageOf(route: Route): ComponentChildren {
  const [name = "", id = "", tab = ""] = route.path;
  switch (name) {
    case "": return <OverviewPage key="overview" />;
    case "devices": return id ? <DevicePage key={id} id={id} tab={tab} /> : <DevicesPage key="devices" route={route} />;
    case "notices": return <NoticesPage key="notices" />;
    case "units": return id ? <UnitPage key={id} id={Number(id)} /> : <UnitsPage key="units" route={route} />;
    case "scans": return id ? <ScanPage key={id} id={id} /> : <ScansPage key="scans" />;
    case "policy": return <PolicyPage key={`policy/${id}`} tab={id} />;
    case "waivers": return <WaiversPage key="waivers" route={route} />;
    case "web-accounts": return <AccountsPage key="accounts" route={route} />;
    case "web-systems": return <SystemPage key={id} id={Number(id)} />;
    case "licences": return <LicencesPage key="licences" />;
    case "reports": return <ReportsPage key="reports" />;
    case "users": return <UsersPage key="users" />;
    case "api-tokens": return <TokensPage key="tokens" />;
    case "enrolment": return <EnrolmentPage key="enrolment" />;
    case "webhooks": return <WebhooksPage key="webhooks" />;
    case "audit": return <AuditPage key="audit" route={route} />;
    case "account": return <AccountPage key="account" />;
    case "sessions": return <SessionsPage key="sessions" />;
    default: return <Nowhere key="nowhere" />;
  }
}
