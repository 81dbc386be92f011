// Uses a real silo with @grpc/grpc-js and the .proto files as they are: `node silo.mjs host:port protoDir`.
// The silo has the payees of samples/adventureworks and no deals. Prints one line for each step that went well.
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [address, protos] = process.argv.slice(2);
const files = ['deals', 'earnings'].map((name) => `commission/v1/${name}.proto`);
const definition = loader.loadSync(files, { includeDirs: [protos], longs: String, enums: String, defaults: true });
const api = grpc.loadPackageDefinition(definition).commission.v1;
const deals = new api.Deals(address, grpc.credentials.createInsecure());
const earnings = new api.Earnings(address, grpc.credentials.createInsecure());

const unary = (client, method, request) =>
  new Promise((resolve, reject) => {
    const deadline = Date.now() + 30_000;
    client[method](request, { deadline }, (error, reply) => (error ? reject(error) : resolve(reply)));
  });

const usd = (units, nanos = 0) => ({ currency: 'USD', units: String(units), nanos });
const cents = ({ units, nanos }) => BigInt(units) * 100n + BigInt(nanos) / 10_000_000n;

const deal = (id, rep, amount) => ({
  deal: id, credited: '2020-04-15', status: 'WON', amount, owners: [{ rep, share: '100%' }],
});

const record = (requests) =>
  new Promise((resolve, reject) => {
    const acks = [];
    const call = deals.RecordStream({ deadline: Date.now() + 30_000 });
    call.on('data', (ack) => acks.push(ack));
    call.on('error', reject);
    call.on('end', () => resolve(acks));
    requests.forEach((request) => call.write(request));
    call.end();
  });

const requests = Array.from({ length: 100 }, (_, i) =>
  ({ eventId: `node-${i}`, deal: deal(`node-${i}`, 'rep-282', usd(1000, 250_000_000)) }));
const bad = { eventId: 'node-bad', deal: deal('node-bad', 'nobody', usd(1)) };

// Recorded, with one bad event among the good ones.
const acks = await record([...requests.slice(0, 50), bad, ...requests.slice(50)]);
const recorded = acks.filter((ack) => ack.recorded);
const refused = acks.filter((ack) => ack.refused);
assert.equal(recorded.filter((ack) => ack.recorded.repeat).length, 0);
assert.deepEqual(refused.map((ack) => [ack.eventId, ack.refused.violations[0].reason]), [['node-bad', 'UNKNOWN_REP']]);
console.log(`recorded ${recorded.length}, refused ${refused.length}`);

// Again: the same events are known.
console.log(`repeated ${(await record(requests)).filter((ack) => ack.recorded.repeat).length}`);

// Read your writes: an estimate after the last event of each shard has them all.
let estimate;
for (const { recorded: { position } } of recorded) {
  estimate = await unary(earnings, 'GetEstimate', { rep: 'rep-282', after: position });
}
assert.equal(estimate.name, 'Linda Mitchell');
assert.equal(estimate.components[0].credited, '100025');
console.log('estimated');

// What a preview says is what the deal then pays; a watch sees it.
const next = deal('node-next', 'rep-282', usd(50_000));
const preview = await unary(earnings, 'PreviewDeal', { rep: 'rep-282', deal: next });
assert.ok(cents(preview.change) > 0n);
console.log('previewed');

const updates = [];
const watch = earnings.WatchEstimate({ rep: 'rep-282' });
const watched = new Promise((resolve, reject) => {
  watch.on('error', (error) => (error.code === grpc.status.CANCELLED ? resolve() : reject(error)));
  watch.on('data', async (update) => {
    if (!update.estimate) return;
    updates.push(update);
    if (updates.length === 1) await unary(deals, 'Record', { eventId: 'node-next', deal: next }).catch(reject);
    if (update.estimate.components[0].credited === '150025') watch.cancel();
  });
});
await watched;
const [first, last] = [updates[0], updates.at(-1)];
assert.equal(cents(last.estimate.yearToDate) - cents(first.estimate.yearToDate), cents(preview.change));
assert.ok(BigInt(last.sequence) > BigInt(first.sequence));
console.log('watched');

// A refusal names the field.
const error = await unary(earnings, 'GetEstimate', { rep: 'nobody' }).then(() => assert.fail('answered'), (e) => e);
assert.equal(error.code, grpc.status.NOT_FOUND);
assert.ok(error.metadata.get('grpc-status-details-bin')[0].includes('UNKNOWN_REP'));
console.log('refused');

deals.close();
earnings.close();
console.log('all passed');
