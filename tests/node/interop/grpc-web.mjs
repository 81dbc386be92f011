// The interoperability cases by grpc-web, over the XMLHttpRequest that it needs: `node grpc-web.mjs FORMAT baseUrl
// descriptorSet`, where FORMAT is `binary` or `text`. Messages are @bufbuild/protobuf's: no code is generated.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { create, createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import grpcWeb from 'grpc-web';
import xhr from 'xmlhttprequest-ssl';
import * as given from './report.mjs';

const [format, baseUrl, descriptors] = process.argv.slice(2);
// In a browser they are there.
globalThis.XMLHttpRequest = function () { return new xhr.XMLHttpRequest({ syncPolicy: 'disabled' }); };

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));
const type = (name) => registry.getMessage(`grpc.testing.${name}`);
const client = new grpcWeb.GrpcWebClientBase({ format });
const inText = format === 'text';

const methodOf = (name, kind, request, response, service = 'TestService') =>
  new grpcWeb.MethodDescriptor(
    `/grpc.testing.${service}/${name}`, kind, Object, Object,
    (message) => toBinary(type(request), create(type(request), message)),
    (bytes) => fromBinary(type(response), new Uint8Array(bytes)));

const { UNARY, SERVER_STREAMING } = grpcWeb.MethodType;
const emptyCall = methodOf('EmptyCall', UNARY, 'Empty', 'Empty');
const unaryCall = methodOf('UnaryCall', UNARY, 'SimpleRequest', 'SimpleResponse');
const outputCall = methodOf(
  'StreamingOutputCall', SERVER_STREAMING, 'StreamingOutputCallRequest', 'StreamingOutputCallResponse');

const unary = (method, request, metadata = {}) =>
  new Promise((resolve) => {
    const result = {};
    const url = baseUrl + method.getName();
    const call = client.rpcCall(url, request, metadata, method, (error, reply) => {
      Object.assign(result, { error, reply });
      setTimeout(() => resolve(result), 0);
    });
    call.on('metadata', (headers) => { result.headers = { ...result.headers, ...headers }; });
    call.on('status', (status) => { result.status = status; });
  });

const stream = (request) =>
  new Promise((resolve, reject) => {
    const replies = [];
    const call = client.serverStreaming(baseUrl + outputCall.getName(), request, {}, outputCall);
    call.on('data', (reply) => replies.push(reply));
    call.on('error', reject);
    call.on('end', () => resolve(replies));
  });

const sizesOf = (replies) => replies.map((reply) => reply.payload.body.length);
const large = () => ({ responseSize: given.largeResponse, payload: given.zeros(given.largeRequest) });
const streamsNeedText = 'none: the client streams in its text format only';
const noRequestStreams = 'none: a browser has no streams of requests';
const noCompression = 'none: a browser has no compression of messages';

await given.run({
  async empty_unary() {
    const { error, reply } = await unary(emptyCall, {});
    assert.equal(error, null);
    assert.equal(reply.$typeName, 'grpc.testing.Empty');
  },

  async large_unary() {
    const { error, reply } = await unary(unaryCall, large());
    assert.equal(error, null);
    assert.ok(Buffer.from(reply.payload.body).equals(Buffer.alloc(given.largeResponse)));
  },

  client_streaming: noRequestStreams,

  server_streaming: !inText ? streamsNeedText : async () => {
    const replies = await stream({ responseParameters: given.responseSizes.map((size) => ({ size })) });
    assert.deepEqual(sizesOf(replies), given.responseSizes);
  },

  ping_pong: noRequestStreams,
  empty_stream: noRequestStreams,
  cancel_after_begin: noRequestStreams,
  cancel_after_first_response: noRequestStreams,
  timeout_on_sleeping_server: noRequestStreams,

  async custom_metadata() {
    const trailing = given.trailingValue.toString('base64');
    const { headers, status } = await unary(
      unaryCall, large(), { [given.initialHeader]: given.initialValue, [given.trailingHeader]: trailing });
    assert.equal(headers[given.initialHeader], given.initialValue);
    assert.equal({ ...headers, ...status?.metadata }[given.trailingHeader], trailing);
    return `part: unary only; ${noRequestStreams.slice('none: '.length)}`;
  },

  async status_code_and_message() {
    const { error } = await unary(unaryCall, { responseStatus: { code: 2, message: given.plainMessage } });
    assert.deepEqual([error.code, error.message], [2, given.plainMessage]);
    return `part: unary only; ${noRequestStreams.slice('none: '.length)}`;
  },

  async special_status_message() {
    const { error } = await unary(unaryCall, { responseStatus: { code: 2, message: given.specialMessage } });
    assert.deepEqual([error.code, error.message], [2, given.specialMessage]);
  },

  async unimplemented_method() {
    const { error } = await unary(methodOf('UnimplementedCall', UNARY, 'Empty', 'Empty'), {});
    assert.equal(error.code, grpcWeb.StatusCode.UNIMPLEMENTED);
  },

  async unimplemented_service() {
    const { error } = await unary(
      methodOf('UnimplementedCall', UNARY, 'Empty', 'Empty', 'UnimplementedService'), {});
    assert.equal(error.code, grpcWeb.StatusCode.UNIMPLEMENTED);
  },

  server_compressed_unary: noCompression,
  server_compressed_streaming: noCompression,
  client_compressed_unary: noCompression,
  client_compressed_streaming: noCompression,
});
