using Commission.Bench;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;

namespace Commission.Load.Postgres;

/// <summary>What a payee earns, asked in several ways, of all payees in turn; each answer is checked.</summary>
/// <param name="silo">Asked by its grains.</param>
/// <param name="company">Asked by gRPC, without a token.</param>
/// <param name="connections">Asked by the query.</param>
/// <param name="known">The answers, by payee.</param>
internal sealed class Questions(
    LoadSilo silo, Company company, IReadOnlyList<DealConnection> connections, IReadOnlyList<YearToDate> known)
{
    private const int Callers = 64;
    private const string Tenant = "main";
    private const string Query = "query, one connection";
    private readonly string _queries = $"query, {connections.Count} connections";

    // As estimates have it: to compare must not cost more than to ask.
    private readonly Money[] _earned = [.. known.Select(one => BothSides.ToMoney(one.Earned))];

    /// <summary>
    /// Measured in this order. A payee's grain keeps its last answer until something changes: asked for two days in
    /// turn, it evaluates the plan each time.
    /// </summary>
    public IReadOnlyList<QuestionWay> Ways =>
    [
        new(Query, 1, (_, over) => QueryAsync(connections[0], over)),
        new("GetEstimate by grain, evaluated anew", 1, (_, over) => GrainAsync("2020-06-29", over), Query, 1000),
        new("GetEstimate by grain, answer kept", 1, (_, over) => GrainAsync(null, over), Query, 1000),
        new("GetEstimate by gRPC, one at a time", 1, GrpcAsync, Query),
        new(_queries, connections.Count, (caller, over) => QueryAsync(connections[caller], over)),
        new($"GetEstimate by gRPC, {Callers} under way", Callers, GrpcAsync, _queries),
    ];

    private async Task<long> QueryAsync(DealConnection connection, CancellationToken over)
    {
        var count = 0L;
        for (; !over.IsCancellationRequested; count++)
        {
            var payee = (int)(count % known.Count);
            Expect(payee, (await connection.RecomputeAsync(payee)).Earned == known[payee].Earned);
        }

        return count;
    }

    /// <summary>By one caller, for one day and the business date in turn.</summary>
    private async Task<long> GrainAsync(string? other, CancellationToken over)
    {
        var grains = Enumerable.Range(0, known.Count).Select(payee => silo.Grains.GetGrain<IRepGrain>(
            GrainKeys.Of(Tenant, Company.Payee(payee)))).ToList();
        var count = 0L;
        for (; !over.IsCancellationRequested; count++)
        {
            var (lap, payee) = Math.DivRem(count, known.Count);
            var answer = await grains[(int)payee].GetEstimate(lap % 2 == 0 ? other : null);
            Expect((int)payee, answer.Value!.Components[0].Earned.Equals(_earned[payee]));
        }

        return count;
    }

    private async Task<long> GrpcAsync(int caller, CancellationToken over)
    {
        var count = 0L;
        for (; !over.IsCancellationRequested; count++)
        {
            var payee = (int)((count + caller) % known.Count);
            Expect(payee, (await company.EstimateAsync(payee)).Components[0].Earned.Equals(_earned[payee]));
        }

        return count;
    }

    private void Expect(int payee, bool isKnown)
    {
        if (!isKnown)
        {
            throw new InvalidOperationException($"{Company.Payee(payee)} earns {known[payee].Earned}, not the answer.");
        }
    }
}

/// <summary>A way to ask.</summary>
/// <param name="Name">For people.</param>
/// <param name="Callers">How many ask at a time, one question after the other each.</param>
/// <param name="Ask">Asks as one of the callers, until that is over; how many answers it got.</param>
/// <param name="Beside">The way that it is compared with.</param>
/// <param name="Goal">How many times as fast it shall be.</param>
internal sealed record QuestionWay(
    string Name,
    int Callers,
    Func<int, CancellationToken, Task<long>> Ask,
    string? Beside = null,
    double? Goal = null)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    /// <summary>Asks for a while.</summary>
    /// <returns>Answers a second; microseconds and bytes of this process for each.</returns>
    public async Task<(double Rate, double Processor, double Bytes)> AskAsync()
    {
        using var over = new CancellationTokenSource(Length);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var used = Environment.CpuUsage.TotalTime;
        var start = TimeProvider.System.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Callers).Select(
            caller => Task.Run(() => Ask(caller, over.Token), CancellationToken.None)));
        var took = TimeProvider.System.GetElapsedTime(start);
        var answers = (double)counts.Sum();
        used = Environment.CpuUsage.TotalTime - used;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return (answers / took.TotalSeconds, used.TotalMicroseconds / answers, allocated / answers);
    }
}
