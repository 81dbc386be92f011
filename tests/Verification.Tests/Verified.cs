using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;

namespace Commission.Verification.Tests;

/// <summary>What a verification said.</summary>
internal sealed record Verified(VerifySummary Summary, IReadOnlyList<Difference> Differences)
{
    /// <summary>Each difference on a line, for assertions and their messages.</summary>
    public string Text => string.Join('\n', Differences.Select(Line));

    /// <summary>Verifies a store by its name.</summary>
    public static async Task<Verified> StoreAsync(string store, int most = 1000)
    {
        var updates = new List<VerifyUpdate>();
        await StoreVerification.RunAsync(store, most, updates.Add, TestContext.Current.CancellationToken);
        return Of(updates);
    }

    /// <summary>Verifies the grains of a host.</summary>
    public static async Task<Verified> LiveAsync(GrainHost host, Stores? stores = null)
    {
        var (log, ledger, catalog, states) = stores ?? host.Store;
        var live = new LiveVerification(
            log, ledger, catalog, states, host.Client, host.Settings.Shards, TimeProvider.System);
        var updates = new List<VerifyUpdate>();
        var request = new VerifyRequest { MostDifferences = 1000 };
        var stream = live.RunAsync(GrainHost.Tenant, request, TestContext.Current.CancellationToken);
        await foreach (var update in stream)
        {
            updates.Add(update);
        }

        return Of(updates);
    }

    /// <summary>Nothing differs, and nothing was left out.</summary>
    public void IsClean()
    {
        Assert.Equal("", Text);
        Assert.Equal((0, 0, 0, 0), (Summary.Differences, Summary.PendingEvents, Summary.PendingDeals, Summary.Busy));
    }

    private static Verified Of(List<VerifyUpdate> updates)
    {
        var differences = updates.Where(update => update.Difference is not null)
            .Select(update => update.Difference).ToList();
        Assert.NotNull(updates[^1].Summary);
        return new Verified(updates[^1].Summary, differences);
    }

    private static string Line(Difference one)
    {
        var place = string.Concat(one.Payee, one.Territory) + $" {one.Deal}{one.Statement}{one.Window}".TrimEnd();
        return $"{place} {one.Component} {one.Figure}: {one.Expected} -> {one.Found}"
            .Replace("  ", " ", StringComparison.Ordinal);
    }
}
