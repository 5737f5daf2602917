import assert from "node:assert/strict";
import test from "node:test";
import { withQuery } from "../../../reporting/dashboard/src/core/api";
import { changedQuery, link, parseHash } from "../../../reporting/dashboard/src/core/router";

test("an address is taken apart and put together again", () => {
  const route = parseHash("#/devices/a%2Fb/facts?q=k%E1%BA%BF+to%C3%A1n&unit=3");
  assert.deepEqual(route.path, ["devices", "a/b", "facts"]);
  assert.equal(route.query.get("q"), "kế toán");
  assert.equal(parseHash(link(route.path, { q: "kế toán", unit: 3 })).query.get("q"), "kế toán");
  assert.deepEqual(parseHash("").path, []);
  assert.deepEqual(parseHash("#/").path, []);
  assert.deepEqual(parseHash("#/devices/100%").path, ["devices", "100%"]);
});

test("what is empty is left out", () => {
  assert.equal(link(["devices"], { unit: null, clause: "", verdict: undefined, grave: false }), "#/devices");
  assert.equal(link(["devices"], { unit: 0, grave: true }), "#/devices?unit=0&grave=true");
  assert.equal(withQuery("/devices", { q: "", unit: 4, grave: false }), "/devices?unit=4");
});

test("a filter changes and the others stay", () => {
  const route = parseHash("#/devices?unit=3&clause=1c&offset=50");
  assert.equal(changedQuery(route, { clause: "2", offset: "" }), "#/devices?unit=3&clause=2");
});
