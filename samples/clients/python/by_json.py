"""A payee's estimate, previews and a live watch by JSON, with Python's standard library alone.

    python3 by_json.py estimate REP
    python3 by_json.py preview REP AMOUNT
    python3 by_json.py watch REP [UPDATES]

COMMISSION_SERVER is the address of the JSON port (default http://127.0.0.1:5081), COMMISSION_TOKEN the caller's token,
where the silo asks for one.
"""
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from decimal import Decimal

SERVER = os.environ.get("COMMISSION_SERVER", "http://127.0.0.1:5081").rstrip("/")
TOKEN = os.environ.get("COMMISSION_TOKEN")


def send(path, body=None):
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {TOKEN}"} if TOKEN else {})
    data = None if body is None else json.dumps(body).encode()
    # Longer than the heartbeats of a watch: a connection that is silent for so long is dead.
    return urllib.request.urlopen(urllib.request.Request(SERVER + path, data, headers), timeout=60)


def of(rep, what):
    return f"/v1/reps/{urllib.parse.quote(rep, safe='')}/{what}"


def estimate(rep):
    with send(of(rep, "estimate")) as answer:
        return json.load(answer)


def preview(rep, amount):
    with send(of(rep, "preview"), {"deal": {"amount": to_money(amount, "USD")}}) as answer:
        return json.load(answer)


def watch(rep):
    """The estimate now and after every change, with how many changes each takes together; connects again by itself."""
    since = "0"
    while True:
        try:
            with send(of(rep, f"watch?since={since}")) as updates:
                for update in map(json.loads, updates):
                    if "error" in update:
                        break
                    since = update["sequence"]
                    # Without an estimate it is a heartbeat: the connection lives.
                    if update.get("estimate"):
                        yield update
        except urllib.error.HTTPError as refused:
            if refused.code < 500 and refused.code != 429:
                raise
        except OSError:
            if since == "0":
                raise
        time.sleep(1)


def to_money(amount, currency):
    units, nanos = divmod(Decimal(amount).scaleb(9), 10**9)
    return {"currency": currency, "units": str(int(units)), "nanos": int(nanos)}


def money(value):
    amount = Decimal(value["units"]) + Decimal(value["nanos"]).scaleb(-9)
    return f"{amount:,.2f} {value['currency']}"


def show(figures):
    return (f"{figures['name']}, {figures['statement']['name']}: earned {money(figures['earned'])}, "
            f"quarter {money(figures['quarterToDate'])}, year {money(figures['yearToDate'])}")


def main(command, rep, *rest):
    if command == "estimate":
        print(show(estimate(rep)))
    elif command == "preview":
        pays = preview(rep, rest[0])
        print(f"pays {pays['rep']} {money(pays['earned'])} on plan {pays['plan']}")
    elif command == "watch":
        for number, update in enumerate(watch(rep), 1):
            print(f"change {update['sequence']} (+{update['conflated']}): {show(update['estimate'])}", flush=True)
            if rest and number == int(rest[0]):
                return
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except urllib.error.HTTPError as refused:
        sys.exit(json.load(refused).get("message", str(refused)))
    except TypeError:
        sys.exit(__doc__)
