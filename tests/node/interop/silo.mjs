// Health and reflection of a silo by clients that know nothing of it: `node silo.mjs host:port protoDir`. The service
// that is called here is known from reflection alone.
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import reflection from 'grpc-js-reflection-client';
import * as given from './report.mjs';

const [address, protos] = process.argv.slice(2);
const credentials = grpc.credentials.createInsecure();
const definition = loader.loadSync(
  'grpc/health/v1/health.proto', { includeDirs: [protos], enums: String, defaults: true });
const health = new (grpc.loadPackageDefinition(definition).grpc.health.v1.Health)(address, credentials);

const unary = (client, method, request) =>
  new Promise((resolve) => {
    client[method](request, { deadline: Date.now() + 20_000 }, (error, reply) => resolve({ error, reply }));
  });

const first = (request) =>
  new Promise((resolve, reject) => {
    const call = health.Watch(request);
    call.on('error', (error) => (error.code === grpc.status.CANCELLED ? undefined : reject(error)));
    call.once('data', (reply) => { call.cancel(); resolve(reply.status); });
  });

/** The status once it is SERVING; a silo that starts is NOT_SERVING for a moment. */
const serving = () =>
  new Promise((resolve, reject) => {
    const call = health.Watch({});
    call.on('error', (error) => (error.code === grpc.status.CANCELLED ? undefined : reject(error)));
    call.on('data', (reply) => {
      if (reply.status === 'SERVING') {
        call.cancel();
        resolve();
      }
    });
  });

const reflected = async (version) => {
  const client = new reflection.GrpcReflection(address, credentials, {}, version);
  const services = await client.listServices();
  for (const name of ['commission.v1.Deals', 'commission.v1.Earnings', 'grpc.health.v1.Health']) {
    assert.ok(services.includes(name), name);
  }
  const methods = await client.listMethods('commission.v1.Earnings');
  assert.ok(methods.some((method) => method.name === 'GetEstimate'));
  const descriptor = await client.getDescriptorBySymbol('commission.v1.Earnings');
  const { Earnings } = descriptor.getPackageObject({ keepCase: true, enums: String }).commission.v1;
  const { error } = await unary(new Earnings(address, credentials), 'GetEstimate', { rep: 'nobody' });
  assert.equal(error.code, grpc.status.NOT_FOUND);
};

await given.run({
  async health_check() {
    await serving();
    for (const service of ['', 'commission.v1.Earnings', 'grpc.health.v1.Health']) {
      assert.equal((await unary(health, 'Check', { service })).reply.status, 'SERVING');
    }
    const { error } = await unary(health, 'Check', { service: 'commission.v1.Nothing' });
    assert.equal(error.code, grpc.status.NOT_FOUND);
  },

  async health_watch() {
    assert.equal(await first({ service: 'commission.v1.Deals' }), 'SERVING');
    assert.equal(await first({ service: 'commission.v1.Nothing' }), 'SERVICE_UNKNOWN');
  },

  async reflection_v1() { await reflected('v1'); },
  async reflection_v1alpha() { await reflected('v1alpha'); },
});
process.exit(0);
