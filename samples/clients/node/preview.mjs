// What would a deal pay a payee?   node preview.mjs rep-282 400000
import { call, earnings, fail, money, readArguments, toMoney } from './client.mjs';

const [, , , amount = '100000'] = process.argv;
const { rep } = readArguments('preview.mjs');
const preview = await call(earnings, 'PreviewDeal', { rep, deal: { amount: toMoney(amount, 'USD') } }).catch(fail);

console.log(`A deal of ${money(toMoney(amount, 'USD'))} on ${preview.credited} pays ${preview.rep} ` +
  `${money(preview.earned)} on plan ${preview.plan}`);
for (const part of preview.components) {
  console.log(`  ${part.title || part.component}, ${part.window.name}: ${money(part.earned)}`);
  for (const line of part.after) console.log(`    ${line.text}${line.pay && ` = ${line.pay}`}`);
}
