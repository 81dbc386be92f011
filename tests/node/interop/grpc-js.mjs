// The interoperability cases by @grpc/grpc-js: `node grpc-js.mjs host:port protoDir`.
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import * as given from './report.mjs';

const [address, protos] = process.argv.slice(2);
const definition = loader.loadSync(
  'grpc/testing/interop.proto', { includeDirs: [protos], keepCase: true, defaults: true });
const { TestService, UnimplementedService } = grpc.loadPackageDefinition(definition).grpc.testing;
const credentials = grpc.credentials.createInsecure();
const gzip = 2;
const client = new TestService(address, credentials);
const packing = new TestService(address, credentials, { 'grpc.default_compression_algorithm': gzip });

const unary = (method, request, { metadata = new grpc.Metadata(), target = client } = {}) =>
  new Promise((resolve) => {
    const result = {};
    const call = target[method](request, metadata, (error, reply) => Object.assign(result, { error, reply }));
    call.on('metadata', (headers) => { result.headers = headers; });
    call.on('status', (status) => { result.status = status; setImmediate(() => resolve(result)); });
  });

const finished = (call) =>
  new Promise((resolve) => {
    const result = { replies: [] };
    call.on('metadata', (headers) => { result.headers = headers; });
    call.on('data', (reply) => result.replies.push(reply));
    call.on('error', () => {});
    call.on('status', (status) => setImmediate(() => resolve({ ...result, status })));
  });

const inputs = (requests, target = client) =>
  new Promise((resolve) => {
    const call = target.StreamingInputCall((error, reply) => resolve({ error, reply }));
    call.on('error', () => {});
    requests.forEach((request) => call.write(request));
    call.end();
  });

const asks = (sizes) => sizes.map((size) => ({ size }));
const sizesOf = (replies) => replies.map((reply) => reply.payload.body.length);
const cannotSee = 'part: what arrives is right; the client does not show which frames were compressed';

await given.run({
  async empty_unary() {
    const { error, reply } = await unary('EmptyCall', {});
    assert.equal(error, null);
    assert.deepEqual(reply, {});
  },

  async large_unary() {
    const { error, reply } = await unary(
      'UnaryCall', { response_size: given.largeResponse, payload: given.zeros(given.largeRequest) });
    assert.equal(error, null);
    assert.ok(reply.payload.body.equals(Buffer.alloc(given.largeResponse)));
  },

  async client_streaming() {
    const { error, reply } = await inputs(given.requestSizes.map((size) => ({ payload: given.zeros(size) })));
    assert.equal(error, null);
    assert.equal(reply.aggregated_payload_size, 74922);
  },

  async server_streaming() {
    const { replies, status } = await finished(
      client.StreamingOutputCall({ response_parameters: asks(given.responseSizes) }));
    assert.equal(status.code, grpc.status.OK);
    assert.deepEqual(sizesOf(replies), given.responseSizes);
  },

  async ping_pong() {
    const call = client.FullDuplexCall();
    const ended = finished(call);
    for (const [i, size] of given.requestSizes.entries()) {
      const answer = new Promise((resolve) => call.once('data', resolve));
      call.write({ response_parameters: asks([given.responseSizes[i]]), payload: given.zeros(size) });
      assert.equal((await answer).payload.body.length, given.responseSizes[i]);
    }
    call.end();
    const { replies, status } = await ended;
    assert.deepEqual([status.code, replies.length], [grpc.status.OK, 4]);
  },

  async empty_stream() {
    const call = client.FullDuplexCall();
    call.end();
    const { replies, status } = await finished(call);
    assert.deepEqual([status.code, replies], [grpc.status.OK, []]);
  },

  async cancel_after_begin() {
    const call = client.StreamingInputCall(() => {});
    const ended = finished(call);
    // A call that is cancelled before it has begun stays open in this client, and its process with it.
    await new Promise(setImmediate);
    call.cancel();
    assert.equal((await ended).status.code, grpc.status.CANCELLED);
  },

  async cancel_after_first_response() {
    const call = client.FullDuplexCall();
    const ended = finished(call);
    const answer = new Promise((resolve) => call.once('data', resolve));
    call.write({ response_parameters: asks([31415]), payload: given.zeros(27182) });
    await answer;
    call.cancel();
    assert.equal((await ended).status.code, grpc.status.CANCELLED);
  },

  async timeout_on_sleeping_server() {
    const call = client.FullDuplexCall({ deadline: Date.now() + 1 });
    const ended = finished(call);
    call.write({ response_parameters: [{ size: 31415, interval_us: 10_000_000 }], payload: given.zeros(27182) });
    assert.equal((await ended).status.code, grpc.status.DEADLINE_EXCEEDED);
  },

  async custom_metadata() {
    const metadata = new grpc.Metadata();
    metadata.set(given.initialHeader, given.initialValue);
    metadata.set(given.trailingHeader, given.trailingValue);
    const call = client.FullDuplexCall(metadata);
    const ended = finished(call);
    call.end({ response_parameters: asks([given.largeResponse]), payload: given.zeros(given.largeRequest) });
    const one = await unary(
      'UnaryCall', { response_size: given.largeResponse, payload: given.zeros(given.largeRequest) }, { metadata });
    for (const { headers, status } of [one, await ended]) {
      assert.deepEqual(headers.get(given.initialHeader), [given.initialValue]);
      assert.deepEqual(status.metadata.get(given.trailingHeader), [given.trailingValue]);
    }
  },

  async status_code_and_message() {
    const response_status = { code: 2, message: given.plainMessage };
    const call = client.FullDuplexCall();
    const ended = finished(call);
    call.end({ response_status });
    for (const { status } of [await unary('UnaryCall', { response_status }), await ended]) {
      assert.deepEqual([status.code, status.details], [2, given.plainMessage]);
    }
  },

  async special_status_message() {
    const { status } = await unary('UnaryCall', { response_status: { code: 2, message: given.specialMessage } });
    assert.deepEqual([status.code, status.details], [2, given.specialMessage]);
  },

  async unimplemented_method() {
    const { error } = await unary('UnimplementedCall', {});
    assert.equal(error.code, grpc.status.UNIMPLEMENTED);
  },

  async unimplemented_service() {
    const target = new UnimplementedService(address, credentials);
    const { error } = await unary('UnimplementedCall', {}, { target });
    assert.equal(error.code, grpc.status.UNIMPLEMENTED);
    target.close();
  },

  async server_compressed_unary() {
    for (const value of [true, false]) {
      const { error, reply } = await unary('UnaryCall', {
        response_compressed: { value }, response_size: given.largeResponse, payload: given.zeros(given.largeRequest),
      });
      assert.equal(error, null);
      assert.equal(reply.payload.body.length, given.largeResponse);
    }
    return cannotSee;
  },

  async server_compressed_streaming() {
    const { replies, status } = await finished(client.StreamingOutputCall({
      response_parameters: [
        { compressed: { value: true }, size: 31415 }, { compressed: { value: false }, size: 92653 },
      ],
    }));
    assert.deepEqual([status.code, sizesOf(replies)], [grpc.status.OK, [31415, 92653]]);
    return cannotSee;
  },

  async client_compressed_unary() {
    const ask = (value, target) => unary('UnaryCall', {
      expect_compressed: { value }, response_size: given.largeResponse, payload: given.zeros(given.largeRequest),
    }, { target });
    assert.equal((await ask(true, client)).error.code, grpc.status.INVALID_ARGUMENT);
    assert.equal((await ask(true, packing)).reply.payload.body.length, given.largeResponse);
    assert.equal((await ask(false, client)).reply.payload.body.length, given.largeResponse);
  },

  async client_compressed_streaming() {
    const [first, second] = [27182, 45904].map((size) => (value) =>
      ({ expect_compressed: { value }, payload: given.zeros(size) }));
    assert.equal((await inputs([first(true)])).error.code, grpc.status.INVALID_ARGUMENT);
    assert.equal((await inputs([first(true), second(true)], packing)).reply.aggregated_payload_size, 73086);
    assert.equal((await inputs([first(false), second(false)])).reply.aggregated_payload_size, 73086);
    return 'part: the client compresses all messages of a channel or none';
  },
});

client.close();
packing.close();
