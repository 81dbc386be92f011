using System.Globalization;
using System.Text.RegularExpressions;
using Commission.Contracts.V1;
using Commission.Crash.Tests.Harness;
using Commission.Silo.Tests.Processes;
using Commission.Storage;
using Commission.Storage.Tests.Postgres;
using Google.Protobuf;
using Orleans.TestingHost;

namespace Commission.Orleans.Tests.Crash;

/// <summary>
/// A silo of this version and one of a later, with one more field and one more method (the folder Next), in one
/// cluster, as in the middle of a rolling upgrade.
/// </summary>
public sealed partial class MixedVersionsTests(ITestOutputHelper output)
{
    private const int NextField = 900;
    private static readonly RecordRequest Mark = MakeMark();

    private static readonly MessageParser<RecordRequest> OfThisVersion =
        RecordRequest.Parser.WithDiscardUnknownFields(discardUnknownFields: true);

    [Fact]
    public async Task Silos_OfTwoVersions_CreditEachOthersDealsAndKeepUnknownFields()
    {
        if (!File.Exists(NextPlace.Silo))
        {
            output.WriteLine("Not run: the silo of the next version was left out of the build (NextSilo=false).");
            return;
        }

        await using var server = await PostgresServer.StartAsync();
        var store = new PostgresPlace(server, await server.CreateDatabaseAsync(PostgresServer.Template));
        using var ports = new TestClusterPortAllocator();
        var (port, _) = ports.AllocateConsecutivePortPairs(3);
        var trial = new Trial(store, TrialSettings.Seed, Remark);
        var next = new NextPlace(new LoopbackPlace(store, port + 1));
        await using var silos = await Silos.StartAsync(
            trial, [new LoopbackPlace(store, port), next, new LoopbackPlace(store, port + 2)]);
        foreach (var silo in new[] { 0, 1, 2 })
        {
            await silos.UntilAcknowledgedAsync(silo, 100);
        }

        var (answered, failed, failures) = await CallsAsync(silos, of: 1);
        Assert.True(answered > 0 && failed > 0, $"{answered} answered, {failed} failed: {failures}");
        Assert.DoesNotContain(nameof(TimeoutException), failures, StringComparison.Ordinal);
        // As an upgrade ends: the old ones go one after the other, and none has to answer for them.
        await silos.KillAsync(2);
        await silos.UntilAcknowledgedAsync(1, 100);
        await silos.JoinAsync(2);
        await silos.SettleAsync();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Two versions, seed {TrialSettings.Seed}: {trial}; of calls of the new method {answered} answered, "
            + $"{failed} failed ({failures})"));
    }

    /// <summary>Gives an event a field that this version does not know, unless it has it.</summary>
    private static void Remark(RecordRequest request)
    {
        if (OfThisVersion.ParseFrom(request.ToByteArray()).Equals(request))
        {
            request.MergeFrom(Mark);
        }
    }

    private static RecordRequest MakeMark()
    {
        using var bytes = new MemoryStream();
        using (var writer = new CodedOutputStream(bytes, leaveOpen: true))
        {
            writer.WriteTag(NextField, WireFormat.WireType.LengthDelimited);
            writer.WriteString("of a later version");
        }

        return RecordRequest.Parser.ParseFrom(bytes.ToArray());
    }

    /// <summary>What the silo of the next version says of calls that it began after this.</summary>
    private static async Task<(int Answered, int Failed, string Failures)> CallsAsync(Silos silos, int of)
    {
        var before = Said().Count(silos.OutputOf(of));
        while (true)
        {
            await silos.UntilAcknowledgedAsync(of, 10);
            // The first of them may have begun before.
            if (Said().Matches(silos.OutputOf(of)) is { } said && said.Count >= before + 2)
            {
                var last = said[^1].Groups;
                return (
                    int.Parse(last["answered"].ValueSpan, CultureInfo.InvariantCulture),
                    int.Parse(last["failed"].ValueSpan, CultureInfo.InvariantCulture),
                    last["failures"].Value);
            }
        }
    }

    [GeneratedRegex(
        @"Next: (?<answered>\d+) answered, (?<failed>\d+) failed: (?<failures>[\w, ]*)\.",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Said();

    private sealed class NextPlace(IStorePlace place) : IStorePlace
    {
        public static string Silo { get; } = Path.Combine(
            RunningProgram.Root, "src", "Silo", "bin", "orleans-next",
            new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name,
            "Commission.Silo.dll");

        public string Program => Silo;

        public string[] Settings => place.Settings;

        public Task OpenAsync(Func<string, IDealLog, Task> use) => place.OpenAsync(use);
    }
}
