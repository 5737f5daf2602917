import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";

const script = process.env.WARDWATCH_API_TYPES!;

function typesOf(documents: object[]) {
  const from = JSON.stringify(script);
  const text = `import { apiTypes } from ${from}; console.log(apiTypes(${JSON.stringify(documents)}));`;
  return spawnSync(process.execPath, ["--input-type=module", "--eval", text], { encoding: "utf8" });
}

const answer = (schema: object, kind = "application/json") => ({ "200": { content: { [kind]: { schema } } } });

test("a document becomes types: references, lists, what may be missing or null", () => {
  const schemas = {
    Colour: { enum: ["red", "green"], description: "Of a light" },
    Lamp: {
      type: "object", required: ["id", "colour", "by"],
      properties: {
        id: { type: "integer" }, colour: { $ref: "#/components/schemas/Colour" }, by: { type: ["string", "null"] },
        more: { type: "object", additionalProperties: { type: "number" } },
      },
    },
    Street: { allOf: [{ $ref: "#/components/schemas/Lamp" }, { type: "object", properties: {} }] },
  };
  const all = { type: "array", items: { $ref: "#/components/schemas/Lamp" } };
  const get = { parameters: [{ name: "q" }, { name: "unit" }], responses: answer(all) };
  const body = { content: { "application/json": { schema: { const: true } } } };
  const post = { requestBody: body, responses: answer({ oneOf: [{ type: "string" }, { type: "null" }] }) };
  const file = { responses: answer({ type: "string" }, "text/csv") };
  const made = typesOf([
    { paths: { "/api/v1/lamps": { get } }, components: { schemas } },
    { paths: { "/api/v1/lamps": { post }, "/api/v1/lamps.csv": { get: file }, "/healthz": { get: file } } },
  ]);
  assert.equal(made.stderr, "");
  for (const line of [
    '/** Of a light */\nexport type Colour = "red" | "green";',
    "export type Lamp = { id: number; colour: Colour; by: string | null; more?: Record<string, number>; };",
    '  Colour: ["red","green"],',
    '  "GET /lamps": Lamp[];', '  "POST /lamps": string | null;', '  "GET /lamps.csv": NotJson;',
    '  "POST /lamps": true;', '  "GET /lamps": undefined;', '  "GET /lamps": "q" | "unit";', '  "POST /lamps": never;',
  ]) assert.ok(made.stdout.includes(line), `${line} is not in\n${made.stdout}`);
  assert.ok(!made.stdout.includes("healthz"));
});

test("what cannot be said as a type is refused", () => {
  const refused = (schema: object) => (
    typesOf([{ paths: {}, components: { schemas: { Lamp: schema } } }]).stderr.match(/Error: (.*)/)?.[1]
  );
  assert.equal(refused({ type: "string", not: {} }), 'api_types.mjs does not know "not"');
  assert.equal(refused({ type: "object", required: ["id"], properties: {} }), '"id" is required and not described');
  assert.match(refused({ type: "date" })!, /cannot tell the type of/);
});
