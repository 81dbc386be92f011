// Commission's JSON API for a browser; runs in Node too.

/** What the server refused: `status` is that of HTTP, `reason` one of the closed set, such as "UNKNOWN_REP". */
export class Refused extends Error {
  constructor(status, body) {
    super(body?.message ?? `The server answered ${status}.`);
    this.status = status;
    this.reason = body?.details?.find(detail => detail.reason)?.reason ?? '';
  }
}

export class Commission {
  /** `server` is a URL such as "https://commission.example.com"; `token` may be empty where none is asked for. */
  constructor(server, token = '') {
    this.server = server;
    this.headers = token ? { authorization: `Bearer ${token}` } : {};
  }

  /** What a payee makes, as things stand. */
  async estimate(rep) {
    return (await this.#send(`/v1/reps/${encodeURIComponent(rep)}/estimate`)).json();
  }

  /** What a deal would pay a payee: only the amount is needed. Changes nothing. */
  async preview(rep, deal) {
    const response = await this.#send(`/v1/reps/${encodeURIComponent(rep)}/preview`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ deal }),
    });
    return response.json();
  }

  /** The estimate now and after every change; connects again by itself, and goes on where it was. */
  async *watch(rep, signal) {
    for (let since = '0', pause = 0; ; pause = 1000) {
      if (pause) await new Promise(resolve => setTimeout(resolve, pause));
      signal?.throwIfAborted();
      try {
        const response = await this.#send(`/v1/reps/${encodeURIComponent(rep)}/watch?since=${since}`, { signal });
        for await (const update of lines(response.body)) {
          // The last line of a stream that fails; if that is for good, the next connection is refused.
          if (update.error) break;
          since = update.sequence;
          // Without an estimate it is a heartbeat: the connection lives.
          if (update.estimate) yield update;
        }
      } catch (error) {
        // A refusal for good ends it, or a server that was never there. Else it was gone for a while: try again.
        const isForGood = error instanceof Refused ? error.status < 500 && error.status !== 429 : since === '0';
        if (signal?.aborted || isForGood) throw error;
      }
    }
  }

  async #send(path, { headers, ...options } = {}) {
    const request = new Request(new URL(path, this.server), { ...options, headers: { ...this.headers, ...headers } });
    const response = await fetch(request).catch(error => {
      // Browsers do not tell a page which of the two it is.
      throw options.signal?.aborted ? error : new Error(`${this.server} can't be reached, or does not let pages from ` +
        `${globalThis.location?.origin} call: its setting Listen:Origins says which may.`);
    });
    if (!response.ok) throw new Refused(response.status, await response.json().catch(() => undefined));
    return response;
  }
}

/** The values of a stream with one JSON object a line. */
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + value).split('\n');
      rest = parts.pop();
      for (const part of parts) if (part) yield JSON.parse(part);
    }
  } finally {
    // Who stops reading lets go of the connection.
    await reader.cancel().catch(() => {});
  }
}

/** '1,234.50 USD'. Digits are put together as text: binary floating point never touches money. */
export function money({ currency, units, nanos }) {
  const whole = units.replace('-', '').replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = String(Math.abs(nanos)).padStart(9, '0').replace(/0{1,7}$/, '');
  return `${units.startsWith('-') || nanos < 0 ? '-' : ''}${whole}.${fraction} ${currency}`;
}

/** '1234.5' as the API takes money. */
export function toMoney(text, currency) {
  const [units, fraction = ''] = text.split('.');
  return { currency, units, nanos: Number(fraction.padEnd(9, '0')) };
}

/** '92.9 %', for reading only. */
export const percent = fraction => `${(Number(fraction) * 100).toFixed(1)} %`;
