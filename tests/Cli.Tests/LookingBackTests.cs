using Commission.Client.Text;
using Commission.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Cli.Tests;

/// <summary>Commands that ask a silo what lies behind a payee's figures, and what they were.</summary>
public sealed class LookingBackTests : IAsyncLifetime
{
    private static readonly AsOf State = new()
    {
        Sequence = 12, Time = Timestamp.FromDateTime(new DateTime(2026, 2, 12, 9, 30, 0, 125, DateTimeKind.Utc)),
    };

    private FakeSilo _silo = null!;

    public async ValueTask InitializeAsync() => _silo = await FakeSilo.StartAsync();

    public async ValueTask DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task Estimate_AsOfAChange_AsksForItAndSaysWhichItIs()
    {
        _silo.Estimate = new Estimate { Rep = "kary", Plan = "p", AsOf = State };

        var ran = await Run("estimate", "kary", "--as-of", "#12");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(new Moment { Sequence = 12 }, Request<GetEstimateRequest>().AsOf);
        Assert.EndsWith(
            "State: change #12, credited until 2026-02-12 09:30:00.125 UTC\n", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credits_OfSeveralPages_ListsAllWithTheirSum()
    {
        _silo.CreditPages.Add(new ListCreditsReply { Credits = { Credit("d1", 1000m) }, NextPageToken = "1" });
        _silo.CreditPages.Add(new ListCreditsReply { Credits = { Credit("d2", 250.5m) }, AsOf = State });

        var ran = await Run("credits", "kary", "--window", "2026-Q1", "--as-of", "3:17");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var lines = ran.Out.Split('\n').Select(line => line.Trim()).ToList();
        Assert.Matches(
            "^d1 +2026-02-03 +won +10,000.00 USD +owner +100.0 % +owner +1,000.00 USD +main 1,000.00$", lines[1]);
        Assert.Matches("^overlay +50.0 % +territory north$", lines[2]);
        Assert.StartsWith("d2 ", lines[3], StringComparison.Ordinal);
        Assert.Equal("2 deals, earned 1,250.50 USD.", lines[5]);
        Assert.StartsWith("State: change #12", lines[6], StringComparison.Ordinal);
        var asked = _silo.Requests.Cast<ListCreditsRequest>().ToList();
        Assert.Equal(["", "1"], asked.Select(request => request.PageToken));
        Assert.All(asked, request => Assert.Equal("2026-Q1", request.Window));
        Assert.All(asked, request => Assert.Equal(17, request.AsOf.Position.Number));
    }

    [Fact]
    public async Task Credits_AsJson_IsOneReplyOfAllPages()
    {
        _silo.CreditPages.Add(new ListCreditsReply { Credits = { Credit("d1", 1m) }, NextPageToken = "1" });
        _silo.CreditPages.Add(new ListCreditsReply { Credits = { Credit("d2", 2m) }, AsOf = State });

        var ran = await Run("credits", "kary", "--from", "2026-02-01", "--to", "2026-02-28", "--json");

        var reply = JsonParser.Default.Parse<ListCreditsReply>(ran.Out);
        Assert.Equal(["d1", "d2"], reply.Credits.Select(credit => credit.Deal));
        Assert.Equal(State, reply.AsOf);
        var asked = (ListCreditsRequest)_silo.Requests[0];
        Assert.Equal(("2026-02-01", "2026-02-28"), (asked.From, asked.To));
    }

    [Fact]
    public async Task Explain_OfAPayee_PrintsTheServersRows()
    {
        _silo.Explanation = new ExplainReply { Text = { "Statement 2026-02", "  paid  5.00" } };

        var ran = await Run(
            "explain", "--rep", "kary", "--component", "c", "--period", "2026-02", "--credits", "3",
            "--on", "2026-02-03", "--as-of", "2026-02-12");
        var json = await Run("explain", "--rep", "kary", "--json");

        Assert.Equal((0, "Statement 2026-02\n  paid  5.00\n", ""), (ran.Code, ran.Out, ran.Error));
        Assert.Equal(_silo.Explanation, JsonParser.Default.Parse<ExplainReply>(json.Out));
        var asked = (ExplainRequest)_silo.Requests[0];
        Assert.Equal(("c", "2026-02", 3, "2026-02-03"), (asked.Component, asked.Period, asked.MostDeals, asked.On));
        Assert.Equal(new DateTime(2026, 2, 12, 23, 59, 59, 999), asked.AsOf.Time.ToDateTime());
    }

    [Theory]
    [InlineData("Name either a file of cases, or a payee with --rep.", "explain")]
    [InlineData("Name either a file of cases, or a payee with --rep.", "explain", "f.yaml", "--rep", "kary")]
    [InlineData("--case: only with a file.", "explain", "--rep", "kary", "--case", "c")]
    [InlineData("--on and --as-of: only with --rep.", "explain", "f.yaml", "--as-of", "#1")]
    [InlineData("--as-of: 'then' is no moment;", "estimate", "kary", "--as-of", "then")]
    [InlineData("--as-of: '#' is no moment;", "credits", "kary", "--as-of", "#")]
    public async Task Options_ThatDoNotGoTogether_AreAUsageError(string message, params string[] args)
    {
        var ran = await Run(args);

        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.StartsWith(message, ran.Error, StringComparison.Ordinal);
        Assert.Empty(_silo.Requests);
    }

    private static Credit Credit(string deal, decimal earned) => new()
    {
        Deal = deal, Credited = "2026-02-03", Status = DealStatus.Won, Plan = "p",
        Amount = Decimals.ToMoney(earned * 10, "USD"), Earned = Decimals.ToMoney(earned, "USD"),
        Roles =
        {
            new CreditedRole { Role = "owner", Share = "1", Reason = "owner" },
            new CreditedRole { Role = "overlay", Share = "0.5", Reason = "territory north" },
        },
        Components =
        {
            new CreditedComponent { Component = "main", Credited = "10", Earned = Decimals.ToMoney(earned, "USD") },
            new CreditedComponent { Component = "other", Credited = "0", Earned = Decimals.ToMoney(0m, "USD") },
        },
    };

    private Task<Ran> Run(params string[] args) => Shell.RunAsync(_silo.Address, args);

    private T Request<T>() => Assert.IsType<T>(Assert.Single(_silo.Requests));
}
