// Shows the OpenAPI document and sends calls. Nothing is loaded from anywhere else, and every text is escaped.

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escape = (text) => String(text ?? '').replace(/[&<>"']/g, (c) => escapes[c]);

const nameOf = (reference) => reference.split('/').at(-1);
const refersTo = (schema) => schema.$ref ?? schema.allOf?.[0].$ref;

/** A schema's type in a few words, with links to the schemas that it names. */
export function typeOf(schema) {
  const reference = refersTo(schema);
  if (reference) return `<a href="#schema-${escape(nameOf(reference))}">${escape(nameOf(reference))}</a>`;
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items)}`;
  if (schema.additionalProperties?.type || schema.additionalProperties?.$ref) {
    return `map to ${typeOf(schema.additionalProperties)}`;
  }
  if (schema.enum) return schema.enum.map((name) => `<code>${escape(name)}</code>`).join(' ');
  return escape([schema.type ?? 'any', schema.format].filter(Boolean).join(', '));
}

const row = (name, type, text) =>
  `<tr><td><code>${escape(name)}</code></td><td>${type}</td><td class="text">${escape(text)}</td></tr>`;

const properties = (schema) =>
  Object.entries(schema.properties ?? {}).map(([name, part]) => row(name, typeOf(part), part.description)).join('');

const contentOf = (response) => Object.entries(response.content ?? {})[0];

/** An example of a schema's JSON, to start from. */
export function example(schema, schemas, depth = 0) {
  const reference = refersTo(schema);
  if (reference) return depth > 4 ? {} : example(schemas[nameOf(reference)], schemas, depth + 1);
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'array') return [example(schema.items, schemas, depth + 1)];
  if (schema.type === 'object') {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, part]) => [name, example(part, schemas, depth + 1)]));
  }
  const samples = { boolean: false, integer: 0, number: 0 };
  return samples[schema.type] ?? (schema.format === 'int64' ? '0' : '');
}

function operation(path, verb, call, schemas) {
  const [type, answer] = contentOf(call.responses['200']);
  const body = call.requestBody?.content['application/json'].schema;
  const parameters = (call.parameters ?? []).map((p) => `<tr><td><code>${escape(p.name)}</code><br>
    <span class="soft">${escape(p.in)}${p.required ? ', required' : ''}</span></td>
    <td>${typeOf(p.schema)}<div class="text">${escape(p.description)}</div></td>
    <td><input name="${escape(p.name)}" data-in="${escape(p.in)}" aria-label="${escape(p.name)}"></td></tr>`).join('');
  const sample = body ? JSON.stringify(example(body, schemas), null, 2) : '';
  const refusals = Object.entries(call.responses).filter(([code]) => code !== '200')
    .map(([code, response]) => `<li><code>${escape(code)}</code> ${escape(response.description)}</li>`).join('');
  return `<details id="${escape(call.operationId)}"><summary><span class="verb">${escape(verb.toUpperCase())}</span>
    <code>${escape(path)}</code> <span class="soft">${escape(call.summary)}</span></summary>
    <p class="text">${escape(call.description)}</p>
    <form data-verb="${escape(verb)}" data-path="${escape(path)}">
    ${parameters ? `<table>${parameters}</table>` : ''}
    ${body ? `<p>Body: ${typeOf(body)}</p><textarea name="body" aria-label="body">${escape(sample)}</textarea>` : ''}
    <p>Answer: ${typeOf(answer.schema)} <span class="soft">${escape(type)}</span></p>
    <ul>${refusals}</ul>
    <button>Send</button><button type="button" data-stop hidden>Stop</button><pre hidden></pre></form></details>`;
}

/** The whole page of a document, as HTML. */
export function render(document) {
  const { schemas } = document.components;
  const calls = Object.entries(document.paths)
    .flatMap(([path, item]) => Object.entries(item).map(([verb, call]) => ({ path, verb, call })));
  const tags = document.tags.map((tag) => `<h2>${escape(tag.name)}</h2><p class="text">${escape(tag.description)}</p>`
    + calls.filter(({ call }) => call.tags.includes(tag.name))
      .map(({ path, verb, call }) => operation(path, verb, call, schemas)).join(''));
  const types = Object.entries(schemas).map(([name, schema]) =>
    `<details id="schema-${escape(name)}"><summary><code>${escape(name)}</code></summary>
    <p class="text">${escape(schema.description)}</p>
    ${schema.enum ? typeOf(schema) : `<table>${properties(schema)}</table>`}</details>`);
  return `<h1>${escape(document.info.title)} <span class="soft">${escape(document.info.version)}</span></h1>
    <p class="text">${escape(document.info.description)}</p>
    <p><a href="/openapi.json">openapi.json</a></p>
    <p><label>Token, where the silo asks for one: <input id="token" type="password" autocomplete="off"></label></p>${tags.join('')}<h2>Messages</h2>${types.join('')}`;
}

/** The request of a filled-in form: where to, and how. */
export function request(verb, path, fields, body, token = '') {
  const query = new URLSearchParams();
  let url = path;
  for (const { name, value, place } of fields.filter((field) => field.value !== '')) {
    if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(value));
    else query.append(name, value);
  }
  const text = query.toString();
  return [text ? `${url}?${text}` : url, {
    method: verb.toUpperCase(),
    ...(body === undefined ? {} : { body }),
    ...(body === undefined && !token ? {} : {
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
    }),
  }];
}

async function send(form, signal, show) {
  const inputs = [...form.querySelectorAll('input')];
  const fields = inputs.map(({ name, value, dataset }) => ({ name, value, place: dataset.in }));
  const token = document.getElementById('token').value.trim();
  const [url, options] = request(form.dataset.verb, form.dataset.path, fields, form.elements.body?.value, token);
  const response = await fetch(url, { ...options, signal });
  show(`${options.method} ${url}\n${response.status} ${response.statusText}\n\n`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) show(part.value);
}

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  const [output, stop] = [form.querySelector('pre'), form.querySelector('[data-stop]')];
  const cancel = new AbortController();
  output.hidden = stop.hidden = false;
  output.textContent = '';
  stop.onclick = () => cancel.abort();
  try {
    await send(form, cancel.signal, (text) => { output.textContent += text; });
  } catch (failure) {
    output.textContent += cancel.signal.aborted ? '\n(stopped)' : `\n${failure}`;
  }
  stop.hidden = true;
}

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.tagName === 'DETAILS') {
    target.open = true;
    target.scrollIntoView();
  }
}

if (globalThis.document) {
  const page = document.getElementById('api');
  try {
    page.innerHTML = render(await (await fetch('/openapi.json')).json());
    page.addEventListener('submit', submit);
    addEventListener('hashchange', reveal);
    reveal();
  } catch (failure) {
    page.textContent = `The document could not be shown: ${failure}`;
  }
}
