import assert from "node:assert/strict";
import test from "node:test";
import {
  dayAfter, dayOf, dayText, folded, matches, numberText, shareText, sortedByName, timeText,
} from "../../../reporting/dashboard/src/core/format";
import { periodBefore } from "../../../reporting/dashboard/src/pages/reports/period";

test("times are the office's, whatever the PC's zone", () => {
  assert.equal(timeText("2026-11-22T03:04:59Z", "vi"), "22/11/2026 10:04");
  assert.equal(timeText("2026-11-22T03:04:59Z", "en"), "2026-11-22 10:04");
  // 17:00 UTC is midnight in Vietnam: the next day, and 00 rather than 24.
  assert.equal(timeText("2026-12-31T17:00:00Z", "vi"), "01/01/2027 00:00");
  assert.equal(timeText(null, "vi"), "");
  assert.equal(timeText("no time", "vi"), "");
});

test("days", () => {
  assert.equal(dayText("2026-11-02", "vi"), "02/11/2026");
  assert.equal(dayText("2026-11-02", "en"), "2026-11-02");
  assert.equal(dayText("2026-11-22T17:30:00Z", "vi"), "23/11/2026");
  assert.equal(dayText("", "vi"), "");
  assert.equal(dayOf("2026-11-22T16:59:59Z"), "2026-11-22");
  assert.equal(dayAfter("2026-02-27T03:00:00Z", 2), "2026-03-01");
  assert.equal(dayAfter("2026-01-01T03:00:00Z", -1), "2025-12-31");
});

test("a share is never rounded to all or to none", () => {
  assert.equal(shareText(0.681), "68,1 %");
  assert.equal(shareText(0.99999), "99,9 %");
  assert.equal(shareText(0.00001), "0,1 %");
  assert.equal(shareText(1), "100 %");
  assert.equal(shareText(0), "0 %");
  assert.equal(shareText(null), "–");
});

test("numbers as Vietnam writes them", () => {
  assert.equal(numberText(0), "0");
  assert.equal(numberText(999), "999");
  assert.equal(numberText(1000), "1.000");
  assert.equal(numberText(1234567.8), "1.234.567,8");
  assert.equal(numberText(-12345), "-12.345");
});

test("names stand in Vietnamese order, numbers by their size", () => {
  const mixed = ["Phường 10", "Phường 2", "Đội A", "Dương", "Công an", "Ân", "Ăn", "An", "án", "Duy", "Dz"];
  const sorted = ["An", "án", "Ăn", "Ân", "Công an", "Duy", "Dương", "Dz", "Đội A", "Phường 2", "Phường 10"];
  assert.deepEqual(sortedByName(mixed, (name) => name), sorted);
});

test("Vietnamese marks do not matter to a search", () => {
  assert.equal(folded("Đường Nguyễn Huệ"), "duong nguyen hue");
  assert.ok(matches("Lê Thị Chi/chrome/Default", "le thi chrome"));
  assert.ok(matches("PC-KẾ-TOÁN-02", "ke-toan"));
  assert.ok(matches("anything", "  "));
  assert.ok(!matches("Lê Thị Chi", "le van"));
});

test("periods of reports", () => {
  assert.deepEqual(periodBefore("2026-11-22", "month"), { from: "2026-10-01", to: "2026-10-31" });
  assert.deepEqual(periodBefore("2026-01-05", "month"), { from: "2025-12-01", to: "2025-12-31" });
  assert.deepEqual(periodBefore("2026-11-22", "quarter"), { from: "2026-07-01", to: "2026-09-30" });
  assert.deepEqual(periodBefore("2026-02-22", "quarter"), { from: "2025-10-01", to: "2025-12-31" });
  assert.deepEqual(periodBefore("2026-11-22", "year"), { from: "2026-01-01", to: "2026-11-22" });
});
