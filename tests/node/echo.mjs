// Calls the test service with @grpc/grpc-js: `node echo.mjs host:port protoDir importDir`.
// Prints one line for each check that passed; ends with an exception at the first that doesn't.
import assert from 'node:assert/strict';
import { setTimeout as later } from 'node:timers/promises';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [address, ...includeDirs] = process.argv.slice(2);
const definition = loader.loadSync('testing/echo.proto', { includeDirs, longs: String, enums: String, defaults: true });
const { Echo } = grpc.loadPackageDefinition(definition).testing;
const plain = grpc.credentials.createInsecure();
const client = new Echo(address, plain);

const unary = (method, request, metadata = new grpc.Metadata(), options = {}, target = client) =>
  new Promise((resolve) => {
    const result = {};
    const call = target[method](request, metadata, options, (error, reply) => Object.assign(result, { error, reply }));
    call.on('metadata', (headers) => { result.headers = headers; });
    call.on('status', (status) => { result.status = status; setImmediate(() => resolve(result)); });
  });

const finished = (call) =>
  new Promise((resolve) => {
    const replies = [];
    let failure = null;
    call.on('data', (reply) => replies.push(reply));
    call.on('error', (error) => { failure = error; });
    call.on('status', (status) => setImmediate(() => resolve({ replies, failure, status })));
  });

const checks = {
  async unary() {
    const { error, reply } = await unary('Say', { text: 'grüße', number: '-9007199254740993', words: ['a', 'b'] });
    assert.equal(error, null);
    assert.deepEqual([reply.text, reply.number, reply.words], ['grüße', '-9007199254740993', ['a', 'b']]);
  },

  async serverStream() {
    const { replies, failure } = await finished(client.Count({ count: 500, bytes: 200 }));
    assert.equal(failure, null);
    assert.deepEqual(replies.map((r) => Number(r.number)), Array.from({ length: 500 }, (_, i) => i + 1));
  },

  async serverStreamFails() {
    const { replies, failure } = await finished(client.Count({ count: 2, fail: true }));
    assert.deepEqual([replies.length, failure.code, failure.details], [2, grpc.status.DATA_LOSS, 'The rest is lost.']);
  },

  async clientStream() {
    const reply = await new Promise((resolve, reject) => {
      const call = client.Sum((error, value) => (error ? reject(error) : resolve(value)));
      for (let i = 1; i <= 100; i++) call.write({ number: i });
      call.end();
    });
    assert.equal(reply.number, '5050');
  },

  async duplex() {
    const call = client.Chat();
    const ended = finished(call);
    for (let i = 0; i < 20; i++) {
      const answer = new Promise((resolve) => call.once('data', resolve));
      call.write({ number: i });
      assert.equal((await answer).number, String(i));
    }
    call.end();
    assert.equal((await ended).status.code, grpc.status.OK);
  },

  async deadline() {
    const { error } = await unary('Hold', {}, undefined, { deadline: Date.now() + 200 });
    assert.equal(error.code, grpc.status.DEADLINE_EXCEEDED);
  },

  async cancel() {
    const call = client.Count({ count: 1, hold: true });
    const ended = finished(call);
    await new Promise((resolve) => call.once('data', resolve));
    call.cancel();
    assert.equal((await ended).status.code, grpc.status.CANCELLED);
  },

  async metadata() {
    const metadata = new grpc.Metadata();
    metadata.set('x-one', 'eins');
    metadata.set('x-two-bin', Buffer.from([0, 255, 10]));
    const { headers, status } = await unary('Say', {}, metadata);
    assert.deepEqual(headers.get('header-x-one'), ['eins']);
    assert.deepEqual(status.metadata.get('trailer-x-one'), ['eins']);
    assert.deepEqual([...status.metadata.get('trailer-x-two-bin')[0]], [0, 255, 10]);
  },

  async details() {
    const { error } = await unary('Fail', { message: 'schlecht: ü %', details: true });
    assert.deepEqual([error.code, error.details], [grpc.status.INVALID_ARGUMENT, 'schlecht: ü %']);
    const [bytes] = error.metadata.get('grpc-status-details-bin');
    for (const part of ['google.rpc.BadRequest', 'inner.name', 'DEAL_CLOSED', 'google.rpc.RetryInfo']) {
      assert.ok(bytes.includes(part), part);
    }
    assert.deepEqual(error.metadata.get('x-failed'), ['yes']);
  },

  async unimplemented() {
    const method = { ...Echo.service.Say, path: '/testing.Echo/Nothing' };
    const Other = grpc.makeGenericClientConstructor({ Nothing: method }, 'testing.Echo');
    const { error } = await unary('Nothing', {}, undefined, {}, new Other(address, plain));
    assert.equal(error.code, grpc.status.UNIMPLEMENTED);
  },

  async gzip() {
    const packed = new Echo(address, plain, { 'grpc.default_compression_algorithm': 2 });
    const text = 'x'.repeat(100_000);
    const { error, reply } = await unary('Say', { text }, undefined, {}, packed);
    assert.equal(error, null);
    assert.equal(reply.text, text);
    packed.close();
  },

  async tooLarge() {
    const { error } = await unary('Say', { text: 'x'.repeat(5 * 1024 * 1024) });
    assert.equal(error.code, grpc.status.RESOURCE_EXHAUSTED);
  },
};

for (const [name, check] of Object.entries(checks)) {
  await Promise.race([check(), later(20_000, null, { ref: false }).then(() => assert.fail(`${name} hangs`))]);
  console.log(`ok ${name}`);
}

console.log('all passed');
client.close();
