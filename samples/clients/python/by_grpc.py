"""A payee's estimate, previews and a live watch by gRPC. The messages come from the silo itself, by reflection, so
nothing is generated and no .proto file is needed: python3-grpcio and python3-protobuf are enough.

    python3 by_grpc.py estimate REP
    python3 by_grpc.py preview REP AMOUNT
    python3 by_grpc.py watch REP [UPDATES]
    python3 by_grpc.py describe [SERVICE]

COMMISSION_SERVER is the address of the gRPC port (default http://127.0.0.1:5080), COMMISSION_TOKEN the caller's token,
where the silo asks for one.
"""
import os
import sys
import time
import urllib.parse
from decimal import Decimal

import grpc

from reflection import Reflection

SERVER = urllib.parse.urlsplit(os.environ.get("COMMISSION_SERVER", "http://127.0.0.1:5080"))
TOKEN = os.environ.get("COMMISSION_TOKEN")
CALLER = [("authorization", f"Bearer {TOKEN}")] if TOKEN else []
PATIENCE = 10
# Found out by pings: a watch whose connection is dead ends. To connect again gRPC would wait up to two minutes.
OPTIONS = [("grpc.keepalive_time_ms", 30_000), ("grpc.keepalive_timeout_ms", 20_000),
           ("grpc.max_reconnect_backoff_ms", 2_000)]


def connect():
    if SERVER.scheme == "https":
        return grpc.secure_channel(SERVER.netloc, grpc.ssl_channel_credentials(), OPTIONS)
    return grpc.insecure_channel(SERVER.netloc, OPTIONS)


def watch(service, rep):
    """The estimate now and after every change, with how many changes each takes together; connects again by itself."""
    request = {"rep": rep}
    while True:
        try:
            for update in service.WatchEstimate(request, metadata=CALLER):
                request["since"] = update.sequence
                # Without an estimate it is a heartbeat: the connection lives.
                if update.HasField("estimate"):
                    yield update
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.UNAVAILABLE or "since" not in request:
                raise
        time.sleep(1)


def to_money(amount, currency):
    units, nanos = divmod(Decimal(amount).scaleb(9), 10**9)
    return {"currency": currency, "units": int(units), "nanos": int(nanos)}


def money(value):
    return f"{Decimal(value.units) + Decimal(value.nanos).scaleb(-9):,.2f} {value.currency}"


def show(figures):
    return (f"{figures.name}, {figures.statement.name}: earned {money(figures.earned)}, "
            f"quarter {money(figures.quarter_to_date)}, year {money(figures.year_to_date)}")


def main(command, *rest):
    api = Reflection(connect(), CALLER)
    if command == "describe":
        print("\n".join(api.describe(rest[0]) if rest else api.services()))
        return
    earnings, rep = api.service("commission.v1.Earnings"), rest[0]
    if command == "estimate":
        print(show(earnings.GetEstimate({"rep": rep}, metadata=CALLER, timeout=PATIENCE)))
    elif command == "preview":
        deal = {"amount": to_money(rest[1], "USD")}
        pays = earnings.PreviewDeal({"rep": rep, "deal": deal}, metadata=CALLER, timeout=PATIENCE)
        print(f"pays {pays.rep} {money(pays.earned)} on plan {pays.plan}")
    elif command == "watch":
        for number, update in enumerate(watch(earnings, rep), 1):
            print(f"change {update.sequence} (+{update.conflated}): {show(update.estimate)}", flush=True)
            if rest[1:] and number == int(rest[1]):
                return
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
