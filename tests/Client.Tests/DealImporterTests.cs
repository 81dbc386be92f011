using Commission.Client.Import;
using Commission.Contracts.V1;
using Google.Rpc;

namespace Commission.Client.Tests;

public sealed class DealImporterTests : IDisposable
{
    private const string MappingText = """
        source: t
        deal: id
        credited: date
        status: { constant: won }
        currency: { constant: USD }
        amount: amount
        owners: [ { rep: rep } ]
        """;

    private static readonly Mapping Map = Scratch.Mapping(MappingText);

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Run_Plain_RecordsAllInOrderAndReports()
    {
        var silo = new FakeSilo();

        var report = await Run(silo, Deals(100));

        Assert.Equal((100, 0, 0), Counts(report));
        Assert.Equal(101, report.Progress.Line);
        Assert.Equal(100, Assert.Single(report.Positions).Number);
        Assert.Equal(1, silo.Streams);
    }

    [Fact]
    public async Task Run_Again_RepeatsAndChangesNothing()
    {
        var silo = new FakeSilo();
        await Run(silo, Deals(50));

        var report = await Run(silo, Deals(50));

        Assert.Equal((0, 50, 0), Counts(report));
        Assert.Equal(50, silo.Count);
    }

    [Fact]
    public async Task Run_SmallWindow_NeverExceedsIt()
    {
        var silo = new FakeSilo { Batch = 3 };

        var report = await Run(silo, Deals(200), new ImportOptions { Window = 8 });

        Assert.Equal((200, 0, 0), Counts(report));
        Assert.InRange(silo.OpenMax, 1, 8);
    }

    [Theory]
    [InlineData(Code.Unavailable)]
    [InlineData(Code.ResourceExhausted)]
    public async Task Run_StreamBreaks_GoesOnFromTheLastAcknowledged(Code how)
    {
        var silo = new FakeSilo { BreaksAfter = stream => stream < 3 ? 20 : int.MaxValue, BreaksWith = how };

        var report = await Run(silo, Deals(100), Quick with { Window = 5 });

        Assert.Equal(100, silo.Count);
        Assert.Equal(100, report.Progress.Done);
        Assert.Equal((4, 3L), (silo.Streams, report.Progress.Retries));
        Assert.InRange(silo.Received.Count, 100, 100 + (3 * 5));
    }

    [Fact]
    public async Task Run_NeverReachable_FailsAfterItsRetries()
    {
        var silo = new FakeSilo { BreaksAfter = _ => 0 };

        var failure = await Assert.ThrowsAsync<RpcFailure>(() => Run(silo, Deals(3), Quick with { RetriesMax = 4 }));

        Assert.Equal(Code.Unavailable, failure.Status);
        Assert.Equal(5, silo.Streams);
    }

    [Fact]
    public async Task Run_CallRefused_FailsAtOnce()
    {
        var silo = new FakeSilo { BreaksAfter = _ => 0, BreaksWith = Code.Unauthenticated };

        var failure = await Assert.ThrowsAsync<RpcFailure>(() => Run(silo, Deals(3)));

        Assert.Equal((Code.Unauthenticated, 1), (failure.Status, silo.Streams));
    }

    [Fact]
    public async Task Run_Overloaded_SendsThatEventAgain()
    {
        var silo = new FakeSilo
        {
            Refuses = (deal, times) => deal == "D7" && times < 3
                ? new Violation { Reason = "OVERLOADED", Message = "retry" }
                : null,
        };

        var report = await Run(silo, Deals(20), Quick);

        Assert.Equal((20, 0, 0), Counts(report));
        Assert.Equal((2L, 22), (report.Progress.Retries, silo.Received.Count));
    }

    [Fact]
    public async Task Run_OverloadedForATimeTold_WaitsAtLeastThatLong()
    {
        var pause = TimeSpan.FromMilliseconds(300);
        var silo = new FakeSilo
        {
            Refuses = (_, times) => times == 1 ? new Violation { Reason = "OVERLOADED", Message = "retry" } : null,
            RetryAfter = pause,
        };

        var report = await Run(silo, Deals(1), Quick);

        Assert.Equal((1, 0, 0), Counts(report));
        // The timer of the platform may be early by its own grain.
        Assert.True(report.Elapsed > pause - TimeSpan.FromMilliseconds(20), $"{report.Elapsed}");
    }

    [Fact]
    public async Task Run_ServerRefuses_ReportsLineAndKeepsTheRest()
    {
        var silo = new FakeSilo
        {
            Refuses = (deal, _) => deal == "D3"
                ? new Violation { Reason = "UNKNOWN_REP", Field = "deal.owners[0].rep", Message = "No rep 'x'." }
                : null,
        };

        var report = await Run(silo, Deals(10) + "D10,2026-01-02,kary,wrong\n");

        Assert.Equal((9, 0, 2), Counts(report));
        Assert.Equal(
            [
                new RowRefusal(5, "D3", "deal.owners[0].rep", "No rep 'x'. (UNKNOWN_REP)"),
                new RowRefusal(12, "D10", "deal.amount", "'wrong' is not a number of at most 28 digits."),
            ],
            report.Refusals.OrderBy(refusal => refusal.Line));
    }

    [Fact]
    public async Task Run_Interrupted_IsTakenUpWhereItWas()
    {
        var options = Quick with { StatePath = _scratch.File("state.json"), RetriesMax = 0, Window = 4 };
        var silo = new FakeSilo
        {
            BreaksAfter = stream => stream == 0 ? 60 : int.MaxValue,
            Refuses = (deal, _) => deal == "D5" ? new Violation { Reason = "NO", Message = "no" } : null,
        };
        await Assert.ThrowsAsync<RpcFailure>(() => Run(silo, Deals(100), options));
        Assert.True(File.Exists(options.StatePath));

        var report = await Run(silo, Deals(100), options);

        Assert.InRange(report.ResumedAfterLine, 57, 61);
        Assert.InRange(silo.Received.Count, 100, 104);
        Assert.Equal((100L, 1L), (report.Progress.Done, report.Progress.Refused));
        Assert.Equal(7, Assert.Single(report.Refusals).Line);
        Assert.False(File.Exists(options.StatePath));
    }

    [Fact]
    public async Task Run_FileChangedBetween_SendsAll()
    {
        var options = Quick with { StatePath = _scratch.File("state.json"), RetriesMax = 0, Window = 1 };
        var silo = new FakeSilo { BreaksAfter = stream => stream == 0 ? 60 : int.MaxValue };
        await Assert.ThrowsAsync<RpcFailure>(() => Run(silo, Deals(100), options));

        var report = await Run(silo, Deals(100).Replace("D9,", "D9x,", StringComparison.Ordinal), options);

        Assert.Equal((0L, 100L), (report.ResumedAfterLine, report.Progress.Done));
        Assert.Equal(101, silo.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ not json")]
    public async Task Run_StateFileBroken_SendsAll(string state)
    {
        var silo = new FakeSilo();
        var options = Quick with { StatePath = _scratch.Write("state.json", state) };

        Assert.Equal((10, 0, 0), Counts(await Run(silo, Deals(10), options)));
    }

    [Fact]
    public async Task Run_FileVanishes_ThrowsWhatTheFileThrew() =>
        await Assert.ThrowsAsync<FileNotFoundException>(() =>
            new DealImporter(new FakeSilo().RecordStream, Quick, TimeProvider.System).RunAsync(
                DealFile.Read(_scratch.File("none.csv"), Map), null, CancellationToken.None));

    private static ImportOptions Quick { get; } = new() { FirstDelay = TimeSpan.FromMilliseconds(1) };

    private static (int Recorded, int Repeated, int Refused) Counts(ImportReport report) =>
        ((int)report.Progress.Recorded, (int)report.Progress.Repeated, (int)report.Progress.Refused);

    private static string Deals(int count) => "id,date,rep,amount\n"
        + string.Concat(Enumerable.Range(0, count).Select(i => $"D{i},2026-01-02,kary,{i}.50\n"));

    private Task<ImportReport> Run(FakeSilo silo, string csv, ImportOptions? options = null) =>
        new DealImporter(silo.RecordStream, options ?? new ImportOptions(), TimeProvider.System)
            .RunAsync(DealFile.Read(_scratch.Write("deals.csv", csv), Map), null, CancellationToken.None);
}
