// Checks documents against JSON Schemas: `node check.mjs FILE`, FILE being
// { schemas: { name: schema }, documents: [{ schema, json } or { schema, yaml }] }, each document as text.
// Ajv checks each schema itself against the metaschema of draft 2020-12 when it compiles it, and its strict mode
// refuses keywords that it does not know. Prints an array: for each document what is wrong with it, [] where nothing.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const { schemas, documents } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false, validateFormats: false });
const checks = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => {
  if (!ajv.validateSchema(schema)) throw new Error(`${name}: ${ajv.errorsText()}`);
  return [name, ajv.compile(schema)];
}));

const findings = documents.map(({ schema, json, yaml }) => {
  const check = checks[schema];
  if (check(yaml === null ? JSON.parse(json) : parse(yaml))) return [];
  return check.errors.map(({ instancePath, keyword, params }) =>
    ({ at: instancePath, keyword, name: params.additionalProperty ?? params.missingProperty ?? '' }));
});
console.log(JSON.stringify(findings));
