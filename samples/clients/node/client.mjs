// Loads the .proto files of the repository as they are; nothing is generated.
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const protos = fileURLToPath(new URL('../../../src/Contracts/proto', import.meta.url));
const files = ['deals', 'earnings', 'plans', 'reps', 'territories'].map(name => `commission/v1/${name}.proto`);
const definition = protoLoader.loadSync(files, { includeDirs: [protos], longs: String, enums: String, defaults: true });
const api = grpc.loadPackageDefinition(definition).commission.v1;

// COMMISSION_SERVER is a URL, as for the command line; gRPC wants host:port.
const server = new URL(process.env.COMMISSION_SERVER || 'http://127.0.0.1:5080');
const credentials = server.protocol === 'https:' ? grpc.credentials.createSsl() : grpc.credentials.createInsecure();
const address = `${server.hostname}:${server.port || (server.protocol === 'https:' ? 443 : 80)}`;

// Found out by pings: a watch whose connection is dead ends. To connect again gRPC would wait up to two minutes.
const options = {
  'grpc.keepalive_time_ms': 30_000, 'grpc.keepalive_timeout_ms': 20_000, 'grpc.max_reconnect_backoff_ms': 2_000,
};

export const earnings = new api.Earnings(address, credentials, options);
export const deals = new api.Deals(address, credentials, options);

/** Who calls: COMMISSION_TOKEN, where the silo asks for one. */
export const caller = new grpc.Metadata();
if (process.env.COMMISSION_TOKEN) caller.set('authorization', `Bearer ${process.env.COMMISSION_TOKEN}`);

/** Calls a unary method and returns its answer. */
export const call = (client, method, request) => new Promise((resolve, reject) =>
  client[method](request, caller, { deadline: Date.now() + 10_000 }, (error, answer) =>
    error ? reject(error) : resolve(answer)));

/** '1,234.50 USD'. Digits are put together as text: binary floating point never touches money. */
export function money(value) {
  if (!value) return '';
  const negative = value.units.startsWith('-') || value.nanos < 0;
  const whole = value.units.replace('-', '').replace(/\B(?=(\d{3})+$)/g, ',');
  const nanos = String(Math.abs(value.nanos)).padStart(9, '0').replace(/0{1,7}$/, '');
  return `${negative ? '-' : ''}${whole}.${nanos} ${value.currency}`;
}

/** '1234.5' as the API takes money. */
export function toMoney(text, currency) {
  const [units, fraction = ''] = text.split('.');
  return { currency, units, nanos: Number(fraction.padEnd(9, '0')) };
}

/** '92.9 %', or nothing without a quota. For reading only. */
export const percent = fraction => fraction === '' ? '' : `${(Number(fraction) * 100).toFixed(1)} %`;

/** Says what the server refused, and ends. */
export function fail(error) {
  console.error(error.code === grpc.status.UNAVAILABLE
    ? `The server at ${address} cannot be reached. Is the silo running?`
    : error.details || error.message);
  process.exit(1);
}

/** Whether a watch that ended so may be opened again: the server or the network was gone. */
export const isTemporary = error => error.code === grpc.status.UNAVAILABLE;

/** The payee and day of the command line. */
export function readArguments(script) {
  const [rep, on = ''] = process.argv.slice(2);
  if (!rep) {
    console.error(`usage: node ${script} REP ${script === 'preview.mjs' ? 'AMOUNT' : '[YYYY-MM-DD]'}`);
    process.exit(2);
  }
  return { rep, on };
}
