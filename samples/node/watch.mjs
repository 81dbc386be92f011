// A payee's estimate, again after every change, until Ctrl-C.   node watch.mjs rep-282 2020-05-31
import { earnings, fail, money, percent, readArguments } from './client.mjs';

const updates = earnings.WatchEstimate(readArguments('watch.mjs'));
process.on('SIGINT', () => {
  updates.cancel();
  process.exit(0);
});

updates.on('error', fail);
updates.on('data', ({ sequence, conflated, estimate }) => {
  // An update without an estimate is a heartbeat: the connection lives.
  if (!estimate) return;
  const attained = estimate.components.filter(part => part.attainment).map(part => percent(part.attainment));
  const more = conflated === '0' ? '' : ` (+${conflated})`;
  console.log(`change ${sequence}${more}: earned ${money(estimate.earned)}, ` +
    `quarter ${money(estimate.quarterToDate)}, year ${money(estimate.yearToDate)}${attained.length ? `, attainment ${attained.join(', ')}` : ''}`);
});
