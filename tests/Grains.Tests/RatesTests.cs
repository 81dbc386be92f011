using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;
using Commission.Storage;
using Outcome = Commission.Contracts.V1.PutRateResult.Types.Outcome;

namespace Commission.Grains.Tests;

/// <summary>Deals in other currencies count by the rates that were put, whatever comes first.</summary>
public sealed class RatesTests
{
    private const string InEuro = "currency: EUR";

    [Fact]
    public async Task Put_RateAfterTheDeal_CountsTheDealAnew()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Euro("e1", "d1", 1_000m, "ann"));
        var before = await world.EstimateAsync("ann");

        var put = await world.PutRatesAsync(Rate("2026-01-31", "1.0825"));

        var after = await world.EstimateAsync("ann");
        Assert.Equal((0m, 0L), (before.Earned.Value(), before.AsOf.Rates));
        Assert.Equal((54.13m, put.Sequence), (after.Earned.Value(), after.AsOf.Rates));
        Assert.Equal("1082.5", after.Components[0].Credited);
        Assert.True(after.AsOf.Sequence > before.AsOf.Sequence);
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Credit_RateOfADayBefore_IsTheOneInForce()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.PutRatesAsync(Rate("2026-01-31", "1.1"), Rate("2026-02-04", "3"), Rate("2025-12-31", "2"));

        await world.CreditAsync(Euro("e1", "d1", 1_000m, "ann"));

        var estimate = await world.EstimateAsync("ann");
        Assert.Equal(55m, estimate.Earned.Value());
        // Its document, then the rates that it follows, then the credit: no state of it was ever otherwise.
        Assert.Equal(3, estimate.AsOf.Sequence);
        var explained = World.Note(await world.Host.History("ann").Explain(
            new ExplainRequest { Rep = "ann", Deal = "d1" }, default));
        Assert.Contains(explained.Text, line => line.Contains(
            "EUR 1,000 at 1.1 (EUR to USD, rate of 2026-01-31) = USD 1,100.00", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Put_CorrectedRate_RecomputesAndLeavesWhatWasAnsweredBefore()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.PutRatesAsync(Rate("2026-02-01", "1"));
        await world.CreditAsync(Euro("e1", "d1", 1_000m, "ann"));
        var before = await world.EstimateAsync("ann");

        await world.PutRatesAsync(Rate("2026-02-01", "2"));

        Assert.Equal(100m, (await world.EstimateAsync("ann")).Earned.Value());
        var request = new GetEstimateRequest
        {
            Rep = "ann", On = "2026-02-15", AsOf = new Moment { Sequence = before.AsOf.Sequence },
        };
        Assert.Equal(before, World.Note(await world.Host.History("ann").GetEstimate(request, default)));
        await world.RestartAsync();
        Assert.Equal(100m, (await world.EstimateAsync("ann")).Earned.Value());
        Assert.Equal(before, World.Note(await world.Host.History("ann").GetEstimate(request, default)));
    }

    [Fact]
    public async Task Put_PayeesWithoutSuchDeals_AreNotTouched()
    {
        await using var world = await World.WithRepsAsync("ann", "bob", "eve");
        await world.CreditAsync(Euro("e1", "d1", 1_000m, "ann"));
        await world.CreditAsync(Docs.Event("e2", "d2", 1_000m, owners: "bob"));
        await world.CreditAsync(In("GBP", Docs.Event("e3", "d3", 1_000m, owners: "eve")));
        var before = await SequencesAsync(world);

        var put = await world.SendRatesAsync(Rate("2026-02-01", "2"));
        await world.RatesToldAsync();

        var after = await SequencesAsync(world);
        Assert.Equal(1, put.Recomputing);
        Assert.Equal(before["ann"] + 1, after["ann"]);
        Assert.Equal((before["bob"], before["eve"]), (after["bob"], after["eve"]));
        Assert.Equal(0, (await world.EstimateAsync("bob")).AsOf.Rates);
    }

    [Fact]
    public async Task Put_BadRowsAmongGoodOnes_TakesTheGoodOnesAndSaysWhatIsWrong()
    {
        await using var world = await World.WithRepsAsync();
        await world.PutRatesAsync(Rate("2026-02-01", "1.10"), Rate("2026-02-02", "1.2"));

        var reply = World.Note(await world.Host.Rates.Put(new PutRatesRequest
        {
            Rates =
            {
                Rate("2026-02-01", "1.1"), Rate("2026-02-02", "1.25"), Rate("2026-02-30", "0"),
                Rate("2026-02-03", "1.3"), Rate("2026-02-03", "1.30"), Rate("2026-02-03", "1.4"),
                new DayRate { From = "EURO", To = "EUR", Day = "2026-02-01", Rate = "5%" },
                new DayRate { From = "EUR", To = "EUR", Day = "2026-02-01", Rate = "1" },
            },
            Source = "ECB",
        }));

        Assert.Equal(
            [Outcome.Repeat, Outcome.Corrected, Outcome.Refused, Outcome.Recorded, Outcome.Repeat, Outcome.Refused,
                Outcome.Refused, Outcome.Refused],
            reply.Results.Select(result => result.Outcome));
        Assert.Equal((1, 1, 2, 4), (reply.Recorded, reply.Corrected, reply.Repeats, reply.Refused));
        Assert.Equal("1.2", reply.Results[1].Before);
        Assert.Equal(
            ["rates[2].day", "rates[2].rate", "rates[5].rate", "rates[6].from", "rates[6].rate", "rates[7].to"],
            reply.Results.SelectMany(result => result.Violations).Select(violation => violation.Field));
        Assert.Equal("1.3", await RateOnAsync(world, "2026-02-28"));
        Assert.Equal("1.25", await RateOnAsync(world, "2026-02-02"));
    }

    [Fact]
    public async Task Put_NothingThatCanBeTaken_IsRefusedAndChangesNothing()
    {
        await using var world = await World.WithRepsAsync();
        var rates = world.Host.Rates;
        var rows = await rates.Put(new PutRatesRequest { Rates = { Rate("x", "1"), Rate("2026-02-01", "-1") } });
        var none = await rates.Put(new PutRatesRequest());
        var many = await rates.Put(new PutRatesRequest
        {
            Rates = { Enumerable.Repeat(Rate("2026-02-01", "1"), 10_001) }, Source = new string('x', 101),
        });

        Assert.Equal(["rates[0].day", "rates[1].rate"], rows.Refusals.Select(refusal => refusal.Field));
        Assert.Equal(["rates"], none.Refusals.Select(refusal => refusal.Field));
        Assert.Equal(["rates", "source"], many.Refusals.Select(refusal => refusal.Field));
        Assert.Empty(World.Note(await rates.List(new ListRatesRequest())).Rates);
    }

    [Fact]
    public async Task Put_TheSameAgain_IsARepeatAndWritesNothing()
    {
        await using var world = await World.WithRepsAsync();
        var request = new PutRatesRequest { Rates = { Rate("2026-02-01", "1.1") } };
        var first = World.Note(await world.Host.Rates.Put(request));
        await world.RatesToldAsync();
        var writes = world.Host.Gate.Writes;

        var second = World.Note(await world.Host.Rates.Put(request));

        Assert.Equal((1, 0, 0, 1), (first.Recorded, first.Repeats, second.Recorded, second.Repeats));
        Assert.Equal((first.Sequence, writes), (second.Sequence, world.Host.Gate.Writes));
    }

    [Fact]
    public async Task GetAndList_OfRates_SayWhatStandsAndSinceWhen()
    {
        await using var world = await World.WithRepsAsync();
        await world.PutRatesAsync(
            Rate("2026-02-01", "1.1"), Rate("2026-02-10", "1.2"),
            new DayRate { From = "GBP", To = "USD", Day = "2026-02-05", Rate = "1.3" });
        var rates = world.Host.Rates;

        var inForce = World.Note(await rates.Get(new GetRateRequest { From = "EUR", To = "USD", On = "2026-02-09" }));
        var today = World.Note(await rates.Get(new GetRateRequest { From = "EUR", To = "USD" }));
        var own = World.Note(await rates.Get(new GetRateRequest { From = "USD", To = "USD", On = "2026-02-09" }));
        var inverse = await rates.Get(new GetRateRequest { From = "USD", To = "EUR", On = "2026-02-09" });
        var early = await rates.Get(new GetRateRequest { From = "EUR", To = "USD", On = "2026-01-31" });
        var wrong = await rates.Get(new GetRateRequest { From = "EU", On = "soon" });

        Assert.Equal(("2026-02-01", "1.1"), (inForce.Rate.Day, inForce.Rate.Rate));
        Assert.Equal(("2026-02-10", "1.2"), (today.Rate.Day, today.Rate.Rate));
        Assert.Equal(("2026-02-09", "1", null), (own.Rate.Day, own.Rate.Rate, own.Recorded));
        Assert.NotNull(inForce.Recorded);
        Assert.All(new[] { inverse, early }, answer =>
            Assert.Equal(RefusalReason.UnknownRate, Assert.Single(answer.Refusals).Reason));
        Assert.Equal(["from", "to", "on"], wrong.Refusals.Select(refusal => refusal.Field));
        Assert.Equal(
            ["EUR 2026-02-01", "EUR 2026-02-10", "GBP 2026-02-05"], await ListAsync(rates, new ListRatesRequest()));
        Assert.Equal(["EUR 2026-02-10", "GBP 2026-02-05"], await ListAsync(rates, new() { First = "2026-02-05" }));
        Assert.Equal(["EUR 2026-02-01"], await ListAsync(rates, new() { From = "EUR", Last = "2026-02-09" }));
        var refused = await rates.List(new() { To = "usd", PageSize = -1, PageToken = "x", Last = "x" });
        Assert.Equal(["to", "last", "page_size", "page_token"], refused.Refusals.Select(refusal => refusal.Field));
    }

    [Fact]
    public async Task Put_CrashBeforePayeesWereTold_GoesOnInTheNextProcess()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Euro("e1", "d1", 1_000m, "ann"));
        world.Host.Gate.HoldAppend = account => account == "rep/acme/ann"
            ? Task.FromException(new StoreUnavailableException("Writing failed.", null, true, canContinue: true))
            : Task.CompletedTask;
        var put = await world.SendRatesAsync(Rate("2026-02-01", "2"));
        Assert.Equal((1L, 0m), (put.Recomputing, (await world.EstimateAsync("ann")).Earned.Value()));

        await world.CrashAsync();
        await world.RatesToldAsync();

        var last = await world.Host.Store.Ledger.ReadLastAsync("rep/acme/ann", default);
        Assert.Equal(put.Sequence, Contracts.Grains.V1.CreditRecord.Parser.ParseFrom(last!.Payload.Span).Rates);
        Assert.Equal(100m, (await world.EstimateAsync("ann")).Earned.Value());
    }

    [Fact]
    public async Task Put_PayeeThatCannotBeTold_IsToldAgain()
    {
        await using var world = await World.WithRepsAsync("ann", "bob");
        await world.CreditAsync(Euro("e1", "d1", 1_000m, "ann", "bob"));
        var isBroken = true;
        world.Host.Gate.HoldAppend = account => account == "rep/acme/ann" && isBroken
            ? Task.FromException(new StoreUnavailableException("Writing failed.", null, true, canContinue: true))
            : Task.CompletedTask;

        var put = await world.SendRatesAsync(Rate("2026-02-01", "2"));
        var underWay = await world.Host.Rates.WaitSpread(put.Sequence, default);
        isBroken = false;
        await world.RatesToldAsync();

        Assert.Equal(1, underWay.Recomputing);
        Assert.True(underWay.Told < put.Sequence);
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Preview_OfADealInAnotherCurrency_IsWhatItPaysAndChangesNothing()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.PutRatesAsync(Rate("2026-02-01", "2"));
        var before = await world.EstimateAsync("ann");
        var deal = Euro("e1", "d1", 1_000m, "ann").Deal;

        var preview = World.Note(await world.Host.Rep("ann").Preview(deal));
        var several = World.Note(await world.Host.History("ann").PreviewDeals(
            new PreviewDealsRequest { Rep = "ann", Deals = { deal } }, default));

        Assert.Equal(before, await world.EstimateAsync("ann"));
        Assert.Equal((100m, 100m), (preview.Earned.Value(), several.Deals[0].Earned.Value()));
        await world.CreditAsync(new RecordRequest { EventId = "e1", Deal = deal });
        Assert.Equal(100m, (await world.EstimateAsync("ann")).Earned.Value());
    }

    [Fact]
    public async Task PlanInAnotherCurrency_PublishedOrTried_ConvertsWhatNeededNoRateBefore()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.PutRatesAsync(new DayRate { From = "USD", To = "EUR", Day = "2026-01-01", Rate = "0.5" });
        await world.CreditAsync(Docs.Event("e1", "d1", 1_000m, owners: "ann"));
        var text = Docs.Flat.Replace("plan: flat", "plan: euro", StringComparison.Ordinal)
            .Replace("currency: USD", InEuro, StringComparison.Ordinal);

        var trial = World.Note(await world.Host.History("ann").Simulate(
            new() { Text = text, From = "2026-01-01", To = "2026-12-31", Assign = true }, default));
        await world.PublishAsync(text);
        await world.PutAsync(Docs.Rep("ann", plan: "euro"));
        await world.PutRatesAsync(new DayRate { From = "USD", To = "EUR", Day = "2026-02-01", Rate = "0.6" });

        Assert.Equal(25m, Assert.Single(trial.Simulated).Value());
        Assert.Equal(30m, (await world.EstimateAsync("ann")).Earned.Value());
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task LongAccount_OfManyRatesAndDeals_IsReadAsItWasKept()
    {
        await using var world = new World(new GrainHost(
            Stores.Of(new MemoryStore()),
            new GrainSettings { Shards = 1, BusinessDate = new DateOnly(2026, 2, 15), SnapshotRecords = 16 }));
        await world.PutRepsAsync("ann");
        for (var i = 0; i < 60; i++)
        {
            await world.CreditAsync(Euro($"e{i}", $"d{i % 40}", 100m + i, "ann"));
            if (i % 3 == 0)
            {
                await world.PutRatesAsync(Rate($"2026-02-0{1 + (i % 5)}", $"1.{10 + i}"));
            }
        }

        var before = await world.EstimateAsync("ann");
        await world.RestartAsync();

        Assert.Equal(before, await world.EstimateAsync("ann"));
        await Audit.CheckAsync(world);
    }

    private static async Task<Dictionary<string, long>> SequencesAsync(World world)
    {
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var rep in world.Reps.Keys)
        {
            found.Add(rep, (await world.EstimateAsync(rep)).AsOf.Sequence);
        }

        return found;
    }

    private static async Task<string> RateOnAsync(World world, string day) => World.Note(
        await world.Host.Rates.Get(new GetRateRequest { From = "EUR", To = "USD", On = day })).Rate.Rate;

    /// <summary>All pages, of one rate each.</summary>
    private static async Task<List<string>> ListAsync(IRatesGrain rates, ListRatesRequest request)
    {
        var found = new List<string>();
        request.PageSize = 1;
        do
        {
            var page = World.Note(await rates.List(request));
            found.AddRange(page.Rates.Select(one => $"{one.Rate.From} {one.Rate.Day}"));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return found;
    }

    private static DayRate Rate(string day, string rate) => new() { From = "EUR", To = "USD", Day = day, Rate = rate };

    private static RecordRequest Euro(string id, string deal, decimal amount, params string[] owners) =>
        In("EUR", Docs.Event(id, deal, amount, owners: owners));

    private static RecordRequest In(string currency, RecordRequest request)
    {
        request.Deal.Amount.Currency = currency;
        return request;
    }
}
