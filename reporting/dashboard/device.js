// One PC: its verdicts grouped by clause, and below them every fact.
import { getDevice, getPolicy, getScan, startScan } from "/api.js";
import { element, folded, showPage, table } from "/dom.js";
import { statusBadge } from "/lists.js";
import { inLanguage, knows, say, timeText } from "/words.js";

function verdictCard(verdict) {
  const line = (key, text) => (text ? [element("dt", {}, say(key)), element("dd", {}, text)] : []);
  const title = [element("h3", {}, inLanguage(verdict.title))];
  if (verdict.instance) title.push(element("p", { class: "instance" }, verdict.instance));
  // "Violation" under a rule that passes would read as if it did not.
  const severity = ["fail", "unknown"].includes(verdict.status) ? element("span", { class: "severity" }, say(verdict.severity)) : null;
  return element("article", { class: `verdict ${verdict.status} ${verdict.severity}` },
    element("div", { class: "verdict-status" }, statusBadge(verdict.status), severity),
    element("div", {}, ...title,
      element("dl", {},
        ...line("observed", inLanguage(verdict.observed_text)),
        ...line("required", inLanguage(verdict.required)),
        ...line("since", timeText(verdict.since)),
        ...line("remedy", inLanguage(verdict.remedy)))));
}

/** Clauses in the policy's order; within one, what needs action comes first. */
function clauseSections(verdicts, policy) {
  const order = { fail: 0, unknown: 1, pass: 2, not_applicable: 3 };
  const byClause = new Map();
  for (const verdict of verdicts) {
    if (!byClause.has(verdict.clause)) byClause.set(verdict.clause, []);
    byClause.get(verdict.clause).push(verdict);
  }
  return [...byClause].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })).map(([clause, own]) => {
    const wording = policy.clauses[clause];
    const sorted = own.map((verdict, i) => [order[verdict.status], i, verdict]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return element("section", {},
      element("h2", {}, say("clause", { clause }), wording ? element("small", {}, inLanguage(wording)) : null),
      ...sorted.map(([, , verdict]) => verdictCard(verdict)));
  });
}

function factRow(fact, takenAt) {
  const unknown = "unknown" in fact;
  return [
    element("span", { title: fact.id }, inLanguage(fact.label)),
    unknown ? element("span", { class: "status unknown" }, element("span", { class: "sign", "aria-hidden": "true" }, "?"), inLanguage(fact.text))
      : inLanguage(fact.text),
    fact.instance, fact.source ?? "", element("time", {}, timeText(takenAt)),
  ];
}

function factsSection(report) {
  const titles = ["fact", "value", "instance", "source", "date"].map((key) => say(key));
  const all = table(titles, report.facts.map((fact) => factRow(fact, report.taken_at)), { class: "stacked facts" });
  const rows = [...all.tBodies[0].rows].map((row, i) => {
    const fact = report.facts[i];
    return [row, folded(`${row.textContent} ${fact.id}`)];
  });
  const shown = element("span", { class: "note", role: "status" });
  const apply = (text) => {
    const wanted = folded(text).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const [row, words] of rows) {
      row.hidden = !wanted.every((word) => words.includes(word));
      if (!row.hidden) count += 1;
    }
    shown.textContent = say("shown", { shown: count, all: rows.length });
  };
  const input = element("input", { type: "search", id: "filter", input: (event) => apply(event.target.value) });
  apply("");
  return element("section", {}, element("h2", {}, say("facts")),
    element("p", { class: "filter" }, element("label", { for: "filter" }, say("filter")), input, shown), all);
}

function summary(device) {
  const entries = [
    ["unit", device.unit.replaceAll("/", " / ")], ["lastSeen", timeText(device.last_seen_at)], ["agentVersion", device.agent_version],
  ];
  if (device.report) {
    entries.push(["reportTaken", timeText(device.report.taken_at)], ["reportReceived", timeText(device.report.received_at)],
      ["confirmed", timeText(device.confirmed_at)], ["judged", timeText(device.judged_at)], ["policy", `${device.policy.id} ${device.policy.version}`]);
  }
  return element("dl", { class: "summary" }, ...entries.map(([key, text]) => element("div", {}, element("dt", {}, say(key)), element("dd", {}, text))));
}

function scanText({ state, position, count, problem }) {
  if (state === "running") return count > 0 ? say("scan_running", { position: position + 1, count }) : say("scan_delivered");
  return say(`scan_${state}`, { problem });
}

/** Asks the PC to scan and tells how that goes; a new report is shown at once. */
function scanNow(device) {
  const told = element("span", { class: "note", role: "status" });
  const ask = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      let scan = await startScan(device.device_id);
      told.textContent = scanText(scan.devices[0]);
      // Not asked for ever: a PC that is away may come back tomorrow, and asking keeps the session alive.
      while (!scan.finished && scan.offline === 0 && told.isConnected) {
        await new Promise((resolve) => { setTimeout(resolve, 1000); });
        scan = await getScan(scan.batch_id);
        told.textContent = scanText(scan.devices[0]);
      }
      if (scan.done > 0 && told.isConnected) await showDevice(device.device_id);
    } catch (error) {
      told.textContent = knows(error.code) ? say(error.code) : say("failed") + error.message;
    }
    button.disabled = false;
  };
  return element("p", { class: "scan" }, element("button", { type: "button", id: "scan-now", click: ask }, say("scanNow")), " ", told);
}

export async function showDevice(id) {
  const [device, policy] = await Promise.all([getDevice(id), getPolicy()]);
  const badge = device.revoked ? element("span", { class: "status silent" }, say("revoked")) : statusBadge(device.status);
  const below = device.report ? [...clauseSections(device.verdicts, policy), factsSection(device.report)] : [element("p", {}, say("noReport"))];
  showPage(device.host_name,
    element("nav", { class: "crumbs" }, element("a", { href: "#/" }, say("units")), " / ",
      element("a", { href: `#/units/${device.unit_id}` }, device.unit.replaceAll("/", " / "))),
    element("h1", {}, device.host_name, " ", badge), device.revoked ? null : scanNow(device),
    summary(device), element("p", { class: "note" }, say("timeZone")), ...below);
}
