// A payee's estimate, again after every change, until Ctrl-C.   node watch.mjs rep-282 2020-05-31
import { caller, earnings, fail, isTemporary, money, percent, readArguments } from './client.mjs';

const request = readArguments('watch.mjs');
let updates;
process.on('SIGINT', () => {
  updates.cancel();
  process.exit(0);
});
watch();

/** Watches; when the connection is lost, again from there on: `since` has what was missed marked. */
function watch() {
  updates = earnings.WatchEstimate(request, caller);
  updates.on('data', show);
  updates.on('error', error => isTemporary(error) && request.since ? setTimeout(watch, 1000) : fail(error));
}

function show({ sequence, conflated, estimate }) {
  request.since = sequence;
  // An update without an estimate is a heartbeat: the connection lives.
  if (!estimate) return;
  const attained = estimate.components.filter(part => part.attainment).map(part => percent(part.attainment));
  const more = conflated === '0' ? '' : ` (+${conflated})`;
  console.log(`change ${sequence}${more}: earned ${money(estimate.earned)}, ` +
    `quarter ${money(estimate.quarterToDate)}, year ${money(estimate.yearToDate)}` +
    `${attained.length ? `, attainment ${attained.join(', ')}` : ''}`);
}
