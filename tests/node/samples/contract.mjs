// What of the clients that can't run here can be checked: `node contract.mjs samples/clients openapi.json`.
// Prints a line for each step that went well.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transformSync } from '@lwc/compiler';
import Ajv from 'ajv';

const [clients, openapi] = process.argv.slice(2);
const api = JSON.parse(await readFile(openapi, 'utf8'));
const read = file => readFile(join(clients, file), 'utf8');
const salesforce = 'salesforce/force-app/main/default';

/** Fails unless a value is what a schema of the document says, and has no field that it does not know. */
function assertIs(schema, value) {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const close = node => {
    if (node?.properties && !node.additionalProperties) node.additionalProperties = false;
    for (const child of Object.values(node ?? {})) if (typeof child === 'object') close(child);
    return node;
  };
  const check = ajv.compile(close(structuredClone({ $id: 'api', components: api.components, allOf: [schema] })));
  assert.ok(check(value), JSON.stringify(check.errors));
}

/** Fails unless each path of a source is one of the API's, whatever the source puts in place of its parameters. */
function assertPaths(source, paths) {
  for (const path of paths) {
    const known = Object.keys(api.paths).some(one => one.replace(/\{[^}]*\}/g, '*') === path);
    assert.ok(known, `${source}: ${path}`);
  }
}

// Salesforce's own compiler takes the component.
for (const type of ['js', 'html']) {
  const file = `commissionPreview.${type}`;
  const { code, warnings } = transformSync(await read(`${salesforce}/lwc/commissionPreview/${file}`), file,
    { namespace: 'c', name: 'commissionPreview' });
  assert.ok(code.length > 0);
  assert.deepEqual(warnings ?? [], []);
}
console.log('compiled');

// What the Apex test says is sent and answered is what the API takes and gives.
const apexTest = await read(`${salesforce}/classes/CommissionApiTest.cls`);
const literal = name => JSON.parse(apexTest.match(new RegExp(`${name} =\\s+'([^']+)'`))[1]);
const { post } = api.paths['/v1/reps/{rep}/preview'];
assertIs(post.requestBody.content['application/json'].schema, literal('SENT'));
assertIs(post.responses['200'].content['application/json'].schema, literal('ANSWERED'));
const apex = await read(`${salesforce}/classes/CommissionApi.cls`);
const calls = [...apex.matchAll(/send\('(\w+)', '(\w+)'/g)].map(([, verb, what]) => [verb, `/v1/reps/*/${what}`]);
assert.equal(calls.length, 2);
for (const [verb, path] of calls) {
  assertPaths('CommissionApi.cls', [path]);
  assert.ok(api.paths[path.replace('*', '{rep}')][verb.toLowerCase()], `${verb} ${path}`);
}
console.log('apex');

// The phone's paths are there, and its messages have the fields that it reads.
const swift = await read('mobile/Commission.swift');
const paths = [...swift.matchAll(/"(v1\/[^"?]*)/g)].map(([, path]) => `/${path.replace(/\\\([^)]*\)/g, '*')}`);
assert.equal(paths.length, 2);
assertPaths('Commission.swift', paths);
for (const [, message, body] of swift.matchAll(/struct (\w+): Decodable(?:, \w+)? \{\n(.*?)\n\}/gs)) {
  const schema = message === 'Refused' ? { properties: { message: {} } } : api.components.schemas[message];
  for (const [, field] of body.matchAll(/^ {4}let (\w+):/gm)) assert.ok(schema.properties[field], `${message}.${field}`);
}
console.log('mobile');
