// samples/clients/browser in Chromium: `node browser.mjs pageUrl serverUrl token rep amount`.
// Prints what the page shows: why nobody is refused, what the deal pays, what is earned, and that again as it changes.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const [page, server, token, rep, amount] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--no-proxy-server'],
});
try {
  const tab = await browser.newPage();
  tab.setDefaultTimeout(60_000);
  const problems = [];
  tab.on('pageerror', error => problems.push(error.message));
  const shown = (id, not) => tab.waitForFunction(
    ([id, not]) => { const text = document.getElementById(id).textContent; return text && text !== not && text; },
    [id, not]).then(handle => handle.jsonValue());

  await tab.goto(page);
  await tab.fill('#server', server);
  await tab.fill('#token', token);
  await tab.fill('#rep', 'nobody');
  await tab.click('#who button');
  console.log(`refused\t${await shown('problem')}`);

  await tab.fill('#rep', rep);
  await tab.fill('#amount', amount);
  await tab.click('#deal button');
  console.log(`pays\t${await shown('pays')}`);

  await tab.click('#who button');
  const first = await shown('earned');
  console.log(`details\t${await shown('details')}`);
  console.log(`earned\t${first}`);
  console.log(`earned\t${await shown('earned', first)}`);
  assert.equal(await tab.textContent('#problem'), '');
  assert.deepEqual(problems, []);
} finally {
  await browser.close();
}
