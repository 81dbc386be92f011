using System.Diagnostics;
using System.Globalization;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;
using Google.Rpc;
using Xunit.Sdk;

namespace Commission.Crash.Tests.Harness;

/// <summary>One company on one store, whose silos come and go.</summary>
/// <param name="store">Where everything is kept.</param>
/// <param name="seed">Of the company, its events and its clients.</param>
/// <param name="mark">What is done to each event before it is sent; the same whenever it is.</param>
internal sealed class Trial(IStorePlace store, int seed, Action<RecordRequest>? mark = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Company _company = new(seed);
    private KnownBooks? _books;
    private DocumentChanges? _documents;
    private int _lives;

    public IStorePlace Store => store;

    public KnownBooks Books => _books ??= new KnownBooks(_company, mark);

    public DocumentChanges Documents => _documents ??= new DocumentChanges(_company, Books, seed);

    /// <summary>Clients that begin at once, and change documents or leave them as they are.</summary>
    public Clients Connect(SiloUnderTest silo, bool changingDocuments = true) =>
        new(Books, _company, changingDocuments ? Documents : null, silo.Api, (seed * 1000) + ++_lives);

    /// <summary>A silo that has the company's documents.</summary>
    public async Task<SiloUnderTest> BeginAsync()
    {
        var silo = await SiloUnderTest.StartAsync(store);
        await Documents.PutAllAsync(silo.Api);
        return silo;
    }

    /// <summary>
    /// Resolves every unknown outcome by sending the same again, waits until all is credited, and compares every figure
    /// with the evaluation of what was acknowledged, and has the silo compare it with its log.
    /// </summary>
    public async Task SettleAsync(SiloUnderTest silo)
    {
        var waited = Stopwatch.StartNew();
        await RepeatAsync(waited, () => Documents.FinishAsync(silo.Api));
        while (Books.NextUnknown() is { } request)
        {
            await RepeatAsync(
                waited, async () => Books.Acknowledge(request, await silo.Api.RecordAsync(request)));
        }

        foreach (var positions in Books.TakeUnsettled().Chunk(16))
        {
            await Task.WhenAll(positions.Select(position => RepeatAsync(
                waited, () => silo.Api.TerritoryAsync("all", after: position))));
        }

        await AuditAsync(silo, waited);
        var (differences, summary) = await silo.Api.VerifyAsync();
        Assert.Empty(differences);
        Assert.Equal((0, 0), (summary.Differences, summary.Busy));
    }

    /// <summary>The store without the silo.</summary>
    public Task VerifyAsync(bool isSettled) => StoreAudit.VerifyAsync(store, Books, isSettled);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Books.Acknowledged} events acknowledged, {Books.Retried} unknown and sent again, {Books.Repeats} repeats");

    private async Task AuditAsync(SiloUnderTest silo, Stopwatch waited)
    {
        while (true)
        {
            try
            {
                await Audit.CheckAsync(Books, silo);
                Documents.MayBeUnderWay = false;
                return;
            }
            catch (XunitException) when (Documents.MayBeUnderWay && waited.Elapsed < Patience)
            {
                // Deals are credited anew in the background, and no call tells when that is done.
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private static async Task RepeatAsync(Stopwatch waited, Func<Task> call)
    {
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (RpcFailure outage) when (
                outage.Status is Code.Unavailable or Code.Aborted && waited.Elapsed < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }
}
