// The interoperability cases by Connect's clients: `node connect.mjs TRANSPORT baseUrl descriptorSet`, where TRANSPORT
// is `grpc` or `grpc-web-node` (@connectrpc/connect-node), or `grpc-web-fetch` (@connectrpc/connect-web, as in a
// browser).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient, encodeBinaryHeader } from '@connectrpc/connect';
import {
  compressionGzip, createGrpcTransport, createGrpcWebTransport as createNodeWeb,
} from '@connectrpc/connect-node';
import { createGrpcWebTransport as createFetchWeb } from '@connectrpc/connect-web';
import * as given from './report.mjs';

const [kind, baseUrl, descriptors] = process.argv.slice(2);
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));
const create = {
  'grpc': (options) => createGrpcTransport({ baseUrl, httpVersion: '2', ...options }),
  'grpc-web-node': (options) => createNodeWeb({ baseUrl, httpVersion: '1.1', ...options }),
  'grpc-web-fetch': () => createFetchWeb({ baseUrl }),
}[kind];
const inBrowser = kind === 'grpc-web-fetch';
const clientOf = (service, options) => createClient(registry.getService(`grpc.testing.${service}`), create(options));
const client = clientOf('TestService');

const collect = async (replies) => {
  const all = [];
  for await (const reply of replies) all.push(reply);
  return all;
};
async function* stream(...requests) { yield* requests; }
const failure = async (promise) => {
  const error = ConnectError.from(await promise.then(() => assert.fail('It succeeded.'), (reason) => reason));
  return error;
};
const asks = (sizes) => sizes.map((size) => ({ size }));
const sizesOf = (replies) => replies.map((reply) => reply.payload.body.length);
const large = () => ({ responseSize: given.largeResponse, payload: given.zeros(given.largeRequest) });
const cannotSee = 'part: what arrives is right; the client does not show which frames were compressed';
const noRequestStreams = 'none: a browser has no streams of requests';
const noDuplex = kind === 'grpc-web-node' ? 'none: HTTP/1.1 has no streams both ways' : noRequestStreams;

/** A stream of requests that the test writes to as it goes. */
const channel = () => {
  const waiting = [];
  let wake = () => {};
  return {
    write(request) { waiting.push(request); wake(); },
    async *[Symbol.asyncIterator]() {
      while (true) {
        while (waiting.length === 0) await new Promise((resolve) => { wake = resolve; });
        const request = waiting.shift();
        if (request === null) return;
        yield request;
      }
    },
  };
};

const cases = {
  async empty_unary() {
    assert.equal((await client.emptyCall({})).$typeName, 'grpc.testing.Empty');
  },

  async large_unary() {
    const reply = await client.unaryCall(large());
    assert.ok(Buffer.from(reply.payload.body).equals(Buffer.alloc(given.largeResponse)));
  },

  async client_streaming() {
    const requests = given.requestSizes.map((size) => ({ payload: given.zeros(size) }));
    const reply = await client.streamingInputCall(stream(...requests));
    assert.equal(reply.aggregatedPayloadSize, 74922);
  },

  async server_streaming() {
    const replies = await collect(client.streamingOutputCall({ responseParameters: asks(given.responseSizes) }));
    assert.deepEqual(sizesOf(replies), given.responseSizes);
  },

  async ping_pong() {
    const requests = channel();
    const replies = client.fullDuplexCall(requests)[Symbol.asyncIterator]();
    for (const [i, size] of given.requestSizes.entries()) {
      requests.write({ responseParameters: asks([given.responseSizes[i]]), payload: given.zeros(size) });
      assert.equal((await replies.next()).value.payload.body.length, given.responseSizes[i]);
    }
    requests.write(null);
    assert.equal((await replies.next()).done, true);
  },

  async empty_stream() {
    assert.deepEqual(await collect(client.fullDuplexCall(stream())), []);
  },

  async cancel_after_begin() {
    const cancel = new AbortController();
    const reply = client.streamingInputCall(channel(), { signal: cancel.signal });
    setImmediate(() => cancel.abort());
    assert.equal((await failure(reply)).code, Code.Canceled);
  },

  async cancel_after_first_response() {
    const cancel = new AbortController();
    const requests = channel();
    const replies = client.fullDuplexCall(requests, { signal: cancel.signal })[Symbol.asyncIterator]();
    requests.write({ responseParameters: asks([31415]), payload: given.zeros(27182) });
    await replies.next();
    cancel.abort();
    assert.equal((await failure(replies.next())).code, Code.Canceled);
  },

  async timeout_on_sleeping_server() {
    const requests = channel();
    requests.write({ responseParameters: [{ size: 31415, intervalUs: 10_000_000 }], payload: given.zeros(27182) });
    const replies = collect(client.fullDuplexCall(requests, { timeoutMs: 1 }));
    assert.equal((await failure(replies)).code, Code.DeadlineExceeded);
  },

  async custom_metadata() {
    const seen = [];
    const options = {
      headers: {
        [given.initialHeader]: given.initialValue, [given.trailingHeader]: encodeBinaryHeader(given.trailingValue),
      },
      onHeader: (headers) => seen.push(headers.get(given.initialHeader)),
      onTrailer: (trailers) => seen.push(trailers.get(given.trailingHeader).replace(/=+$/, '')),
    };
    const expected = [given.initialValue, encodeBinaryHeader(given.trailingValue).replace(/=+$/, '')];
    await client.unaryCall(large(), options);
    assert.deepEqual(seen.splice(0), expected);
    if (kind !== 'grpc') return `part: unary only; ${noDuplex.slice('none: '.length)}`;
    await collect(client.fullDuplexCall(stream({ responseParameters: asks([314159]) }), options));
    assert.deepEqual(seen, expected);
  },

  async status_code_and_message() {
    const responseStatus = { code: 2, message: given.plainMessage };
    const error = await failure(client.unaryCall({ responseStatus }));
    assert.deepEqual([error.code, error.rawMessage], [Code.Unknown, given.plainMessage]);
    if (kind !== 'grpc') return `part: unary only; ${noDuplex.slice('none: '.length)}`;
    const second = await failure(collect(client.fullDuplexCall(stream({ responseStatus }))));
    assert.deepEqual([second.code, second.rawMessage], [Code.Unknown, given.plainMessage]);
  },

  async special_status_message() {
    const error = await failure(client.unaryCall({ responseStatus: { code: 2, message: given.specialMessage } }));
    assert.deepEqual([error.code, error.rawMessage], [Code.Unknown, given.specialMessage]);
  },

  async unimplemented_method() {
    assert.equal((await failure(client.unimplementedCall({}))).code, Code.Unimplemented);
  },

  async unimplemented_service() {
    assert.equal((await failure(clientOf('UnimplementedService').unimplementedCall({}))).code, Code.Unimplemented);
  },

  async server_compressed_unary() {
    for (const value of [true, false]) {
      const reply = await client.unaryCall({ ...large(), responseCompressed: { value } });
      assert.equal(reply.payload.body.length, given.largeResponse);
    }
    return cannotSee;
  },

  async server_compressed_streaming() {
    const replies = await collect(client.streamingOutputCall({
      responseParameters: [{ compressed: { value: true }, size: 31415 }, { compressed: { value: false }, size: 92653 }],
    }));
    assert.deepEqual(sizesOf(replies), [31415, 92653]);
    return cannotSee;
  },

  async client_compressed_unary() {
    const packing = clientOf('TestService', { sendCompression: compressionGzip, compressMinBytes: 1 });
    const ask = (value, target) => target.unaryCall({ ...large(), expectCompressed: { value } });
    assert.equal((await failure(ask(true, client))).code, Code.InvalidArgument);
    assert.equal((await ask(true, packing)).payload.body.length, given.largeResponse);
    assert.equal((await ask(false, client)).payload.body.length, given.largeResponse);
  },

  async client_compressed_streaming() {
    // This client chooses by size, so the larger message is the compressed one here.
    const packing = clientOf('TestService', { sendCompression: compressionGzip, compressMinBytes: 40_000 });
    const message = (size, value) => ({ payload: given.zeros(size), expectCompressed: { value } });
    const probe = await failure(client.streamingInputCall(stream(message(27182, true))));
    assert.equal(probe.code, Code.InvalidArgument);
    const reply = await packing.streamingInputCall(stream(message(45904, true), message(27182, false)));
    assert.equal(reply.aggregatedPayloadSize, 73086);
  },
};

if (kind !== 'grpc') {
  for (const name of ['ping_pong', 'empty_stream', 'cancel_after_first_response', 'timeout_on_sleeping_server']) {
    cases[name] = noDuplex;
  }
}
if (inBrowser) {
  for (const name of ['client_streaming', 'cancel_after_begin', 'client_compressed_streaming']) {
    cases[name] = noRequestStreams;
  }
  cases.client_compressed_unary = 'none: the client does not compress';
}
await given.run(cases);
process.exit(0);
