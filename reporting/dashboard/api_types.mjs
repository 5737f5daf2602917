// What the people's API takes and answers, as TypeScript, from the centre's OpenAPI documents. The page imports it as
// "centre-api".
//   node api_types.mjs FILE
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
/** Where the documents lie: each *.json here or in a folder below that has paths. */
const descriptions = join(here, "../central");
const base = "/api/v1";

/** The files in a folder and those below it whose names match. */
export function filesBelow(folder, names) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, names);
    return names.test(entry.name) ? [path] : [];
  }).sort();
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function merged(into, from) {
  for (const [name, value] of Object.entries(from)) {
    into[name] = isObject(into[name]) && isObject(value) ? merged(into[name], value) : value;
  }
  return into;
}

function documents() {
  return filesBelow(descriptions, /\.json$/).map((file) => JSON.parse(readFileSync(file, "utf8")));
}

const quoted = (name) => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));
const union = (types) => [...new Set(types)].join(" | ");
const grouped = (type) => (/[|&]/.test(type) ? `(${type})` : type);

function objectType(schema) {
  const { properties = {}, required = [], additionalProperties: more = !schema.properties } = schema;
  for (const name of required) {
    if (!properties[name] && schema.properties) throw new Error(`"${name}" is required and not described`);
  }
  const members = Object.entries(properties)
    .map(([name, member]) => `${quoted(name)}${required.includes(name) ? "" : "?"}: ${typeOf(member)};`);
  const parts = members.length > 0 || !more ? [`{ ${members.join(" ")} }`] : [];
  if (more) parts.push(`Record<string, ${more === true ? "unknown" : typeOf(more)}>`);
  return parts.join(" & ");
}

const simple = { string: "string", integer: "number", number: "number", boolean: "boolean", null: "null" };
/** What says nothing that a type of TypeScript could say. */
const unsaid = ["description", "pattern", "minimum", "maximum", "default", "contentEncoding"];
const said = [
  "$ref", "enum", "const", "type", "oneOf", "allOf", "items", "properties", "required", "additionalProperties",
];

/** A schema as a type. What this does not know it refuses, so that no type says less than the document. */
function typeOf(schema) {
  const unknown = Object.keys(schema).filter((name) => !said.includes(name) && !unsaid.includes(name));
  if (unknown.length > 0) throw new Error(`api_types.mjs does not know "${unknown.join('", "')}"`);
  if (schema.$ref) return schema.$ref.replace("#/components/schemas/", "");
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.oneOf) return union(schema.oneOf.map(typeOf));
  if (schema.allOf) return schema.allOf.map((part) => grouped(typeOf(part))).join(" & ");
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeOf({ ...schema, type })));
  if (schema.type === "array") return `${grouped(typeOf(schema.items))}[]`;
  if (schema.type === "object") return objectType(schema);
  if (!simple[schema.type]) throw new Error(`api_types.mjs cannot tell the type of ${JSON.stringify(schema)}`);
  return simple[schema.type];
}

/** The operations whose paths begin with /api/v1: "GET /units" → its description. */
function operationsOf(document) {
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith(`${base}/`));
  return paths.flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => (
    [`${method.toUpperCase()} ${path.slice(base.length)}`, operation]
  )));
}

function answerType({ responses }) {
  const [, response] = Object.entries(responses).find(([status]) => status.startsWith("2"));
  const [kind, { schema }] = Object.entries(response.content)[0];
  return kind === "application/json" ? typeOf(schema) : "NotJson";
}

function bodyType({ requestBody }) {
  if (!requestBody) return "undefined";
  const [kind, { schema }] = Object.entries(requestBody.content)[0];
  return kind === "application/json" ? typeOf(schema) : "Blob";
}

const queryType = ({ parameters = [] }) => union(parameters.map(({ name }) => JSON.stringify(name))) || "never";

function described(name, schema, text) {
  const note = schema.description ? `/** ${schema.description} */\n` : "";
  return `${note}export type ${name} = ${text};\n`;
}

function table(name, note, entries) {
  return `/** ${note} */\nexport interface ${name} {\n${entries.map((entry) => `  ${entry}\n`).join("")}}\n`;
}

/** The documents count as one, as the centre itself puts them together. */
export function apiTypes(of = documents()) {
  const document = of.filter(({ paths }) => paths).reduce(merged, {});
  const schemas = Object.entries(document.components.schemas);
  const operations = operationsOf(document);
  const lines = (type) => operations.map(([route, operation]) => `${JSON.stringify(route)}: ${type(operation)};`);
  const lists = schemas.filter(([, schema]) => schema.enum);
  const choices = lists.map(([name, schema]) => `  ${name}: ${JSON.stringify(schema.enum)},\n`).join("");
  return [
    "// Made by api_types.mjs.\n",
    ...schemas.map(([name, schema]) => described(name, schema, typeOf(schema))),
    `/** The values of each closed list, in their order. */\nexport const choices = {\n${choices}} as const;\n`,
    "/** A file, or a stream of events. */\nexport interface NotJson { readonly notJson: true }\n",
    table("Answers", "What a route answers when all is well.", lines(answerType)),
    table("Bodies", "What is sent with it.", lines(bodyType)),
    table("Queries", "The names in its query string.", lines(queryType)),
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(process.argv[2], apiTypes());
