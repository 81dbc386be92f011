// The cases in which the server compresses, by the frames themselves: `node frames.mjs http://host:port protoDir`.
// Clients do not show which frames were compressed; Node's own HTTP/2 and zlib do.
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import * as given from './report.mjs';

const [address, protos] = process.argv.slice(2);
const types = await protobuf.load(`${protos}/grpc/testing/interop.proto`);
const [SimpleRequest, SimpleResponse, OutputRequest, OutputResponse] = [
  'SimpleRequest', 'SimpleResponse', 'StreamingOutputCallRequest', 'StreamingOutputCallResponse',
].map((name) => types.lookupType(`grpc.testing.${name}`));
const session = http2.connect(address);

const frame = (message) => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

/** The frames of a response: whether each was compressed, and its payload's size. */
const call = (method, body, Response) =>
  new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST', ':path': `/grpc.testing.TestService/${method}`, 'content-type': 'application/grpc',
      'te': 'trailers', 'grpc-accept-encoding': 'identity,gzip',
    });
    const parts = [];
    stream.on('data', (part) => parts.push(part));
    stream.on('error', reject);
    stream.on('trailers', (trailers) => {
      assert.equal(trailers['grpc-status'], '0');
      const frames = [];
      for (let rest = Buffer.concat(parts); rest.length > 0;) {
        const end = 5 + rest.readUInt32BE(1);
        const bytes = rest[0] === 1 ? gunzipSync(rest.subarray(5, end)) : rest.subarray(5, end);
        frames.push([rest[0] === 1, Response.decode(bytes).payload.body.length]);
        rest = rest.subarray(end);
      }
      resolve(frames);
    });
    stream.end(frame(body));
  });

await given.run({
  async server_compressed_unary() {
    for (const value of [true, false]) {
      const request = { responseCompressed: { value }, responseSize: 314159, payload: given.zeros(271828) };
      const frames = await call('UnaryCall', SimpleRequest.encode(request).finish(), SimpleResponse);
      assert.deepEqual(frames, [[value, 314159]]);
    }
  },

  async server_compressed_streaming() {
    const request = {
      responseParameters: [{ compressed: { value: true }, size: 31415 }, { compressed: { value: false }, size: 92653 }],
    };
    const frames = await call('StreamingOutputCall', OutputRequest.encode(request).finish(), OutputResponse);
    assert.deepEqual(frames, [[true, 31415], [false, 92653]]);
  },
});
session.close();
