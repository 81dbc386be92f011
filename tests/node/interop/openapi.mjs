// The OpenAPI document and its page, by validators that are not ours: `node openapi.mjs http://host:port`.
import assert from 'node:assert/strict';
import SwaggerParser from '@apidevtools/swagger-parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv';
import * as given from './report.mjs';

const [base] = process.argv.slice(2);
const load = async (path) => {
  const response = await fetch(base + path);
  assert.equal(response.status, 200, path);
  return response;
};
const document = await (await load('/openapi.json')).json();
const calls = Object.entries(document.paths)
  .flatMap(([path, item]) => Object.entries(item).map(([verb, call]) => ({ path, verb, call })));

/** Fails unless a value is what a schema of the document says. */
const assertIs = (schema, value) => {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  // References inside point to the document, so it goes along.
  const check = ajv.compile({ $id: 'api', components: document.components, allOf: [schema] });
  assert.ok(check(value), JSON.stringify(check.errors));
};

/** Every field of a message must be documented, or a value with an unknown one would pass. */
const closed = (name) => {
  const schema = structuredClone(document.components.schemas[name]);
  return { ...schema, additionalProperties: false };
};

await given.run({
  async swagger_parser() { await SwaggerParser.validate(structuredClone(document)); },

  async schema_validator() {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    assert.ok(valid, JSON.stringify(errors));
  },

  async operations() {
    const ids = calls.map(({ call }) => call.operationId);
    assert.equal(new Set(ids).size, ids.length);
    for (const { call } of calls) {
      assert.ok(call.summary.length > 0 && call.description.length > 0, call.operationId);
      assert.ok(call.responses['400'] && call.responses.default, call.operationId);
    }
    const { get } = document.paths['/v1/reps/{rep}/estimate'];
    assert.deepEqual(get.parameters.slice(0, 2).map((p) => [p.name, p.in, p.required]),
      [['rep', 'path', true], ['on', 'query', undefined]]);
    assert.ok(get.parameters.some((p) => p.name === 'as_of.position.number' && p.schema.format === 'int64'));
    assert.deepEqual(Object.keys(get.responses), ['200', '400', '404', '504', 'default']);
    assert.deepEqual(Object.keys(document.paths['/v1/reps/{rep}/watch'].get.responses['200'].content),
      ['application/x-ndjson']);
    const preview = document.paths['/v1/reps/{rep}/preview'].post.requestBody.content['application/json'].schema;
    assert.ok(preview.properties.deal && !preview.properties.rep);
  },

  async answers() {
    const response = await fetch(`${base}/v1/plans:validate`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text: 'plan: [' }),
    });
    const reply = await response.json();
    assert.ok(reply.problems.length > 0);
    assertIs(closed('ValidatePlanReply'), reply);
    assertIs(closed('PlanProblem'), reply.problems[0]);
    const refused = await fetch(`${base}/v1/reps/nobody`);
    assert.equal(refused.status, 404);
    assertIs(closed('Status'), await refused.json());
  },

  async page() {
    const texts = {};
    for (const path of ['/docs', '/docs/page.js', '/docs/page.css']) {
      const response = await load(path);
      assert.match(response.headers.get('content-security-policy'), /default-src 'none'/);
      texts[path] = await response.text();
      assert.doesNotMatch(texts[path], /https?:\/\//, `${path} names another host`);
    }
    const page = await import(`data:text/javascript,${encodeURIComponent(texts['/docs/page.js'])}`);
    const html = page.render(document);
    for (const { call } of calls) assert.ok(html.includes(`id="${call.operationId}"`), call.operationId);
    for (const name of Object.keys(document.components.schemas)) assert.ok(html.includes(`id="schema-${name}"`), name);
    const hostile = structuredClone(document);
    hostile.info.title = hostile.tags[0].description = '<img src=x onerror=alert(1)>';
    assert.doesNotMatch(page.render(hostile), /<img/);
    const fields = [{ name: 'rep', value: 'a/b', place: 'path' }, { name: 'on', value: '2026-01-01', place: 'query' }];
    assert.deepEqual(page.request('get', '/v1/reps/{rep}/estimate', fields, undefined),
      ['/v1/reps/a%2Fb/estimate?on=2026-01-01', { method: 'GET' }]);
  },
});
