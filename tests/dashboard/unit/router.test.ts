import assert from "node:assert/strict";
import test from "node:test";
import { address } from "../../../reporting/dashboard/src/core/api";
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

test("a space, a plus and a percent sign come back as they were", () => {
  for (const q of ["phuong dong", "C++", "a+b %2B c", "100%", "Phường Bến Thành"]) {
    assert.equal(parseHash(link(["devices"], { q })).query.get("q"), q);
    const asked = new URL(address("GET /devices", { query: { q } }), "https://centre.example");
    assert.equal(asked.searchParams.get("q"), q);
  }
  assert.equal(address("GET /devices", { query: { q: "a+b c" } }), "/api/v1/devices?q=a%2Bb+c");
  assert.equal(address("GET /scans/{batch_id}", { ids: { batch_id: "a+b/c" } }), "/api/v1/scans/a%2Bb%2Fc");
  assert.equal(link(["users", "a+b"]), "#/users/a%2Bb");
  assert.deepEqual(parseHash("#/users/a+b").path, ["users", "a+b"]);
});

test("what is empty is left out", () => {
  assert.equal(link(["devices"], { unit: null, clause: "", verdict: undefined, grave: false }), "#/devices");
  assert.equal(link(["devices"], { unit: 0, grave: true }), "#/devices?unit=0&grave=true");
  const query = { q: "", unit: 4, grave: false };
  assert.equal(address("GET /devices", { query }), "/api/v1/devices?unit=4");
});

test("a filter changes and the others stay", () => {
  const route = parseHash("#/devices?unit=3&clause=1c&offset=50");
  assert.equal(changedQuery(route, { clause: "2", offset: "" }), "#/devices?unit=3&clause=2");
});
