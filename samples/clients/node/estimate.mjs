// How much does a payee make?   node estimate.mjs rep-282 2020-05-31
import { call, earnings, fail, money, percent, readArguments } from './client.mjs';

const estimate = await call(earnings, 'GetEstimate', readArguments('estimate.mjs')).catch(fail);

console.log(`${estimate.name || estimate.rep} on plan ${estimate.plan}, as of ${estimate.on}`);
console.log(`  earned in ${estimate.statement?.name}: ${money(estimate.earned)}`);
console.log(`  quarter to date: ${money(estimate.quarterToDate)}, year to date: ${money(estimate.yearToDate)}`);
for (const part of estimate.components) {
  const quota = part.quota ? ` of ${part.quota} (${percent(part.attainment)})` : '';
  console.log(`  ${part.title || part.component}, ${part.window?.name ?? 'each deal'}: ${part.credited}${quota} ` +
    `earns ${money(part.earned)}`);
  if (part.next) {
    console.log(`    ${part.next.distance} more reach ${part.next.at}; each further unit pays ${part.next.unitPays}`);
  }
}
