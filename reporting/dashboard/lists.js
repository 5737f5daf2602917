// The list of units, and the PCs of one.
import { getDevices, getUnits } from "/api.js";
import { element, showPage, table } from "/dom.js";
import { say, timeText } from "/words.js";

// Shapes differ as well as colours, and the word stands beside.
const signs = { pass: "✓", fail: "✕", unknown: "?", silent: "○", not_applicable: "–" };

export function statusBadge(status) {
  return element("span", { class: `status ${status}` }, element("span", { class: "sign", "aria-hidden": "true" }, signs[status] ?? "·"), say(status));
}

/** A number under a status; zero is dimmed so that the others stand out. */
function count(status, number) {
  if (number === 0) return element("span", { class: "zero" }, "0");
  return element("span", { class: `status ${status}` }, element("span", { class: "sign", "aria-hidden": "true" }, signs[status]), String(number));
}

function depthOf(unit, byId) {
  return unit.parent_id === null ? 0 : 1 + depthOf(byId.get(unit.parent_id), byId);
}

export async function showUnits() {
  const units = await getUnits();
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const rows = units.map((unit) => [
    element("a", { href: `#/units/${unit.id}`, class: `depth-${Math.min(depthOf(unit, byId), 4)}` }, unit.name),
    String(unit.devices),
    count("pass", unit.pass), count("fail", unit.fail), count("unknown", unit.unknown), count("silent", unit.silent),
  ]);
  const titles = ["unit", "devices", "pass", "fail", "unknown", "silent"].map((key) => say(key));
  showPage(say("units"), element("h1", {}, say("units")),
    units.length === 0 ? element("p", {}, say("noUnits")) : table(titles, rows, { class: "stacked" }));
}

function pathOf(unit, byId) {
  return unit.parent_id === null ? unit.name : `${pathOf(byId.get(unit.parent_id), byId)} / ${unit.name}`;
}

export async function showUnit(id) {
  const [units, devices] = await Promise.all([getUnits(), getDevices(id)]);
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const unit = byId.get(Number(id));
  const path = unit ? pathOf(unit, byId) : "?";
  // A unit with sub-units lists their PCs too: then each line says whose it is.
  const mixed = devices.some((device) => device.unit_id !== Number(id));
  const rows = devices.map((device) => [
    element("a", { href: `#/devices/${encodeURIComponent(device.device_id)}` }, device.host_name),
    ...(mixed ? [device.unit.replaceAll("/", " / ")] : []),
    device.revoked ? element("span", { class: "status silent" }, say("revoked")) : statusBadge(device.status),
    count("fail", device.grave), count("fail", device.failed), count("unknown", device.unknown),
    element("time", {}, timeText(device.last_report_at)), element("time", {}, timeText(device.last_seen_at)), device.agent_version,
  ]);
  const titles = ["hostName", ...(mixed ? ["unit"] : []), "status", "grave", "failedRules", "unknownRules", "lastReport", "lastSeen", "agentVersion"];
  showPage(path,
    element("nav", { class: "crumbs" }, element("a", { href: "#/" }, say("units"))),
    element("h1", {}, path),
    devices.length === 0 ? element("p", {}, say("noDevices")) : table(titles.map((key) => say(key)), rows, { class: "stacked" }),
    element("p", { class: "note" }, say("timeZone")));
}
