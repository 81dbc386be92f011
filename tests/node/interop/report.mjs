// Runs interoperability cases one after the other and prints a line for each: its name, a tab, and `ok`, or what the
// client can't show or do (`part: …`, `none: …`). The first case that fails ends the program.
import assert from 'node:assert/strict';
import { setTimeout as later } from 'node:timers/promises';

const patience = 30_000;

/** Runs the cases; each answers with nothing (all of it passed) or with what part of it the client can't do. */
export async function run(cases) {
  for (const [name, check] of Object.entries(cases)) {
    const late = new AbortController();
    const hangs = later(patience, null, { ref: false, signal: late.signal }).then(() => assert.fail(`${name} hangs`));
    try {
      const limits = typeof check === 'string' ? check : await Promise.race([check(), hangs]);
      console.log(`${name}\t${limits ?? 'ok'}`);
    } catch (failure) {
      console.error(`${name} failed`);
      throw failure;
    } finally {
      late.abort();
      await hangs.catch(() => {});
    }
  }
}

/** A payload of zeros; most cases need nothing else of one. */
export const zeros = (size) => ({ body: Buffer.alloc(size) });

export const requestSizes = [27182, 8, 1828, 45904];
export const responseSizes = [31415, 9, 2653, 58979];
export const largeRequest = 271828;
export const largeResponse = 314159;
export const initialHeader = 'x-grpc-test-echo-initial';
export const initialValue = 'test_initial_metadata_value';
export const trailingHeader = 'x-grpc-test-echo-trailing-bin';
export const trailingValue = Buffer.from([0xab, 0xab, 0xab]);
export const plainMessage = 'test status message';
export const specialMessage = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
