using Commission.Contracts.V1;
using Commission.Gateway.Grpc;
using Google.Protobuf;
using Outcome = Commission.Contracts.V1.PutRateResult.Types.Outcome;

namespace Commission.Cli.Tests;

/// <summary>`commission rates`: files of rates in, and rates out.</summary>
public sealed class RatesTests : IAsyncLifetime, IDisposable
{
    private readonly Shell _shell = new();
    private FakeSilo _silo = null!;

    public async ValueTask InitializeAsync() => _silo = await FakeSilo.StartAsync();

    public async ValueTask DisposeAsync() => await _silo.DisposeAsync();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Put_FileWithBadRows_SaysEachLineAndSendsTheOthers()
    {
        var file = _shell.Write("rates.csv", """
            day,rate,to,from,note
            2026-02-12,1.1,USD,EUR,x
            2026-02-13,1.2,USD
            2026-02-14,zero,USD,EUR,x
            2026-02-15,1.3,USD,EUR,x

            """);
        var violation = new Violation { Reason = "INVALID_FIELD", Field = "rates[1].rate", Message = "no number" };
        _silo.Others[typeof(PutRatesReply)] = new PutRatesReply
        {
            Results =
            {
                new PutRateResult { Outcome = Outcome.Recorded },
                new PutRateResult { Outcome = Outcome.Refused, Violations = { violation } },
                new PutRateResult { Outcome = Outcome.Corrected, Before = "1.4" },
            },
            Recorded = 1, Corrected = 1, Refused = 1, Sequence = 7,
        };

        var ran = await RunAsync("rates", "put", file, "--source", "ECB");
        var json = await RunAsync("rates", "put", file, "--json");

        Assert.Equal(1, ran.Code);
        Assert.Equal("1 recorded, 1 corrected, 0 repeats, 2 refused\n", ran.Out);
        Assert.Equal(
            $"{file}:3: The row has 3 cells, but there are 5 columns.\n{file}:4: rate: no number\n", ran.Error);
        var sent = (PutRatesRequest)_silo.Requests[0];
        Assert.Equal(("ECB", 3), (sent.Source, sent.Rates.Count));
        Assert.Equal(new DayRate { From = "EUR", To = "USD", Day = "2026-02-12", Rate = "1.1" }, sent.Rates[0]);
        var reply = JsonParser.Default.Parse<PutRatesReply>(json.Out);
        Assert.Equal(
            [Outcome.Recorded, Outcome.Refused, Outcome.Refused, Outcome.Corrected],
            reply.Results.Select(result => result.Outcome));
        Assert.Equal(["rates[1]", "rates[2].rate"],
            reply.Results.SelectMany(result => result.Violations).Select(one => one.Field));
    }

    [Fact]
    public async Task Put_FileOfWhichTheServerTakesNothing_SaysEachLine()
    {
        var file = _shell.Write("rates.csv", "from,to,day,rate\nEUR,USD,soon,1\n");
        _silo.Others[typeof(PutRatesReply)] = new PutRatesReply();
        _silo.Refuses = _ => RpcError.Invalid("rates[0].day: no day", ("rates[0].day", "no day"));

        var ran = await RunAsync("rates", "put", file);

        Assert.Equal((1, $"{file}:2: day: no day\n"), (ran.Code, ran.Error));
        Assert.Equal("0 recorded, 0 corrected, 0 repeats, 1 refused\n", ran.Out);
    }

    [Fact]
    public async Task Put_FileWithoutAColumn_IsWrongUsage()
    {
        var ran = await RunAsync("rates", "put", _shell.Write("rates.csv", "from,to,date,rate\n"));
        Assert.Equal(2, ran.Code);
        Assert.Contains("no column 'day'", ran.Error, StringComparison.Ordinal);
        Assert.Empty(_silo.Requests);
    }

    [Fact]
    public async Task GetAndList_Rates_AreShownAndAskedAsSaid()
    {
        var rate = new RecordedRate
        {
            Rate = new DayRate { From = "EUR", To = "USD", Day = "2026-02-13", Rate = "1.0825" }, Source = "ECB",
        };
        (_silo.Others[typeof(RecordedRate)], _silo.Others[typeof(ListRatesReply)]) =
            (rate, new ListRatesReply { Rates = { rate } });

        var got = await RunAsync("rates", "get", "EUR", "USD", "--on", "2026-02-15");
        var listed = await RunAsync("rates", "list", "--from", "EUR", "--first", "2026-02-01");
        var json = await RunAsync("rates", "get", "EUR", "USD", "--json");

        Assert.Equal("1 EUR = 1.0825 USD, since 2026-02-13 (ECB)", got.Out.Trim());
        Assert.Matches("EUR +USD +2026-02-13 +1.0825 +ECB", listed.Out);
        Assert.Equal(rate, JsonParser.Default.Parse<RecordedRate>(json.Out));
        Assert.Equal(new GetRateRequest { From = "EUR", To = "USD", On = "2026-02-15" }, _silo.Requests[0]);
        Assert.Equal(
            new ListRatesRequest { From = "EUR", First = "2026-02-01", PageSize = 1000 }, _silo.Requests[1]);
    }

    private Task<Ran> RunAsync(params string[] args) => Shell.RunAsync(_silo.Address, args);
}
