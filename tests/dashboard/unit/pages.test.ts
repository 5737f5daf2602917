import type { JudgedRule, Policy } from "centre-api";
import assert from "node:assert/strict";
import test from "node:test";
import { knows } from "../../../reporting/dashboard/src/core/language";
import { checkPassword } from "../../../reporting/dashboard/src/core/password_rules";
import { parseHash } from "../../../reporting/dashboard/src/core/router";
import { may } from "../../../reporting/dashboard/src/core/session";
import { byClause } from "../../../reporting/dashboard/src/pages/judging/verdicts";
import { filterOf, scanFilter } from "../../../reporting/dashboard/src/pages/devices/filters";
import { cellLink, heatLevel, orderedRows } from "../../../reporting/dashboard/src/pages/devices/heat";
import { changesOf, draftOf } from "../../../reporting/dashboard/src/pages/judging/policy_draft";
import { unitAndBelow } from "../../../reporting/dashboard/src/pages/units/dialogs";
import { depthAtFirst, unfolded } from "../../../reporting/dashboard/src/pages/units/tree";
import { trendLines } from "../../../reporting/dashboard/src/ui/charts";
import { inTree } from "../../../reporting/dashboard/src/ui/form";
import baseline from "../../../reporting/policy/baseline.json";

function open(password: string, repeated = password): string[] {
  const rules = checkPassword(password, repeated, "old password", "an.nguyen");
  return rules.filter(({ kept }) => !kept).map(({ rule }) => rule);
}

test("the dispatch's rules on passwords", () => {
  assert.deepEqual(open("Trời mưa 7 ngày!A"), []);
  assert.deepEqual(open("Ngắn1!"), ["rule_length"]);
  assert.deepEqual(open("chỉ có chữ thường"), ["rule_upper", "rule_digit", "rule_special"]);
  assert.deepEqual(open("Nguyen của tôi 1!"), ["rule_name"]);
  assert.deepEqual(open("Trời mưa 7 ngày!A", "khác"), ["rule_repeated"]);
  // Twelve letters, not twelve bytes.
  assert.ok(open("ĐỖ1!ế").includes("rule_length"));
});

test("who may do what", () => {
  assert.ok(may("administrator", "administer") && may("operator", "scan"));
  assert.ok(may("auditor", "audit") && may("unit_manager", "read"));
  assert.ok(!may("operator", "administer") && !may("operator", "audit"));
  assert.ok(!may("auditor", "scan") && !may("unit_manager", "scan"));
});

test("a cell of the heat table leads to what it shows", () => {
  const cell = (fail: number, unknown: number, waived = 0) => ({ pass: 10, fail, unknown, waived });
  const ward = { unit_id: 4, name: "Phường", path: "Phường", own: false, devices: 9, cells: {} };
  assert.equal(heatLevel(cell(0, 5)), 0);
  assert.deepEqual([cell(1, 0), cell(2, 0), cell(10, 0), cell(90, 0)].map(heatLevel), [1, 2, 3, 4]);
  assert.equal(cellLink(ward, "1c", cell(2, 1)), "#/devices?unit=4&clause=1c&verdict=fail&sort=failed&order=desc");
  assert.equal(cellLink(ward, "2", cell(0, 1)), "#/devices?unit=4&clause=2&verdict=unknown");
  assert.equal(cellLink(ward, "2", cell(0, 0, 1)), "#/devices?unit=4&clause=2&verdict=waived");
  assert.equal(cellLink(ward, "2", cell(0, 0)), "#/devices?unit=4&clause=2");
  assert.equal(cellLink({ ...ward, own: true }, "2", cell(0, 0)), "#/devices?unit=4&own=true&clause=2");
  const rows = [
    { ...ward, unit_id: 1, cells: { a: cell(1, 9), b: cell(0, 0) } },
    { ...ward, unit_id: 2, cells: { a: cell(0, 1), b: cell(5, 0) } },
  ];
  const ordered = (order: string) => orderedRows(rows, order).map((row) => row.unit_id);
  assert.deepEqual(["name", "failures", "a"].map(ordered), [[1, 2], [2, 1], [1, 2]]);
});

test("what is filtered in the address is what is scanned", () => {
  const address = "#/devices?unit=3&own=true&grave=true&q=k%E1%BA%BF+to%C3%A1n&sort=failed&offset=50";
  const filter = filterOf(parseHash(address));
  assert.deepEqual(filter, { unit: "3", own: "true", grave: "true", q: "kế toán", sort: "failed" });
  assert.deepEqual(scanFilter(filter), { unit: 3, own: true, grave: true, q: "kế toán" });
});

test("verdicts: what needs action first, waived apart", () => {
  const verdict = (rule: string, clause: string, status: string, severity = "violation", waived = false) => (
    { rule, clause, status, severity, waived } as unknown as JudgedRule
  );
  const groups = byClause([
    verdict("a", "2", "pass"), verdict("b", "1a", "fail", "violation", true), verdict("c", "1a", "unknown"),
    verdict("d", "1a", "fail"), verdict("e", "1a", "fail", "grave"),
  ]);
  const rules = groups.map(([clause, list]) => [clause, list.map(({ rule }) => rule).join("")]);
  assert.deepEqual(rules, [["1a", "edcb"], ["2", "a"]]);
});

const counts = { devices: 0, pass: 0, fail: 0, unknown: 0, silent: 0, waived: 0 };
const unit = (id: number, parent_id: number | null, name = `Phường ${id}`) => (
  { id, parent_id, name, path: name, ...counts }
);

test("units in their tree", () => {
  const units = [
    unit(3, 1, "Phường 10"), unit(1, null, "Thành phố"), unit(2, 1, "Phường 9"), unit(4, 2, "Phòng"),
    unit(9, 8, "seen alone"),
  ];
  const lines = inTree(units).map(({ unit: { id }, depth }) => `${depth}:${id}`);
  assert.deepEqual(lines, ["0:9", "0:1", "1:2", "2:4", "1:3"]);
  assert.deepEqual([...unitAndBelow(units, 1)].sort(), [1, 2, 3, 4]);
});

test("a line of the trend breaks where nothing is known", () => {
  const point = (day: string, share: number | null) => ({ ...counts, day, compliant_share: share });
  const trend = [point("2026-01-01", 0), point("2026-01-02", null), point("2026-01-03", 1)];
  assert.deepEqual(trendLines(trend), ["0.0,200.0", "1000.0,0.0"]);
});

test("each threshold of the policy has its words", () => {
  assert.deepEqual(Object.keys(baseline.parameters).filter((name) => !knows(`param_${name}`)), []);
});

test("a draft sends only what it changes", () => {
  const policy = {
    parameters: { max_password_age_days: 90, min_password_length: 12 },
    rules: [{ id: "a", severity: "violation" }, { id: "b", severity: "advice" }],
  } as unknown as Policy;
  const draft = draftOf(policy);
  assert.deepEqual(changesOf(policy, draft), {});
  draft.parameters.max_password_age_days = "60";
  draft.severities.b = "grave";
  draft.disabled = ["a"];
  assert.deepEqual(changesOf(policy, draft), {
    parameters: { max_password_age_days: 60 }, severities: { b: "grave" }, disabled: ["a"],
  });
});

test("the tree shows what is unfolded, and at first no more than a page holds", () => {
  const small = [unit(1, null), unit(2, 1), unit(3, 2), unit(4, 1)];
  const lines = (isOpen: (id: number) => boolean) => (
    unfolded(inTree(small), (line) => isOpen(line.unit.id)).map((line) => [line.unit.id, line.depth, line.open])
  );
  assert.deepEqual(lines(() => true), [[1, 0, true], [2, 1, true], [3, 2, undefined], [4, 1, undefined]]);
  assert.deepEqual(lines((id) => id === 1), [[1, 0, true], [2, 1, false], [4, 1, undefined]]);
  assert.deepEqual(lines(() => false), [[1, 0, false]]);
  assert.ok(depthAtFirst(inTree(small)) >= 2);
  const wards = Array.from({ length: 30 }, (_, at) => unit(10 + at, 1));
  const rooms = Array.from({ length: 60 }, (_, at) => unit(100 + at, 10 + (at % 30)));
  assert.equal(depthAtFirst(inTree([unit(1, null), ...wards, ...rooms])), 1);
  const tops = wards.map(({ id }) => unit(id + 500, null));
  assert.equal(depthAtFirst(inTree([...wards, ...tops, ...rooms])), 0);
});
