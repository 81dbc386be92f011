// A silo's TLS port by @grpc/grpc-js and Connect's client: `node tls.mjs host:port protoDir certificate descriptorSet`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import * as given from './report.mjs';

const [address, protos, certificate, descriptors] = process.argv.slice(2);
const ca = readFileSync(certificate);
const definition = loader.loadSync('grpc/health/v1/health.proto', { includeDirs: [protos], enums: String });
const { Health } = grpc.loadPackageDefinition(definition).grpc.health.v1;
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));
const service = registry.getService('grpc.health.v1.Health');
const known = { baseUrl: `https://${address}`, nodeOptions: { ca } };

await given.run({
  async grpc_js() {
    const client = new Health(address, grpc.credentials.createSsl(ca));
    await new Promise((resolve, reject) => {
      client.Check({}, (error) => (error ? reject(error) : resolve()));
    });
    client.close();
  },

  async connect_grpc() {
    const client = createClient(service, createGrpcTransport({ ...known, httpVersion: '2' }));
    assert.equal((await client.check({})).$typeName, 'grpc.health.v1.HealthCheckResponse');
  },

  async connect_grpc_web() {
    for (const httpVersion of ['1.1', '2']) {
      const client = createClient(service, createGrpcWebTransport({ ...known, httpVersion }));
      assert.equal((await client.check({})).$typeName, 'grpc.health.v1.HealthCheckResponse');
    }
  },
});
process.exit(0);
