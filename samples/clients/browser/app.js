// The page's module: a live estimate and a preview by JSON, with nothing but fetch.
import { Commission, money, percent, toMoney } from './commission.js';

const byId = id => document.getElementById(id);
const show = (id, text) => { byId(id).textContent = text; };
const client = () => new Commission(byId('server').value, byId('token').value);
let watching = new AbortController();

byId('who').addEventListener('submit', async event => {
  event.preventDefault();
  watching.abort();
  watching = new AbortController();
  const { signal } = watching;
  show('problem', '');
  try {
    for await (const update of client().watch(byId('rep').value, signal)) showUpdate(update);
  } catch (error) {
    if (!signal.aborted) show('problem', error.message);
  }
});

byId('deal').addEventListener('submit', async event => {
  event.preventDefault();
  show('problem', '');
  try {
    const preview = await client().preview(byId('rep').value, { amount: toMoney(byId('amount').value, 'USD') });
    show('pays', `It pays ${money(preview.earned)}.`);
  } catch (error) {
    show('problem', error.message);
  }
});

function showUpdate({ sequence, estimate }) {
  show('earned', money(estimate.earned));
  const attained = estimate.components.filter(part => part.attainment).map(part => percent(part.attainment));
  show('details', `${estimate.name}, ${estimate.statement.name}: quarter ${money(estimate.quarterToDate)}, ` +
    `year ${money(estimate.yearToDate)}${attained.length ? `, attainment ${attained.join(', ')}` : ''}`);
  show('state', `change ${sequence}`);
}
