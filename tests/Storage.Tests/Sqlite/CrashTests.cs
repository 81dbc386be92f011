using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Commission.Storage.Tests.Sqlite;

/// <summary>A process that writes is killed; whatever it was told is durable must be there.</summary>
public sealed class CrashTests : IAsyncDisposable
{
    private readonly TemporaryStore _file = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_AtRandomMoments_KeepsEverythingAcknowledged(bool byItself)
    {
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var acknowledged = new List<string[]>();
        for (var round = 0; round < 4; round++)
        {
            acknowledged.AddRange(await WriteUntilKilledAsync(random.Next(1, 300), byItself));
            await VerifyAsync(acknowledged);
        }

        Assert.Contains(acknowledged, line => line[0] == "L");
        Assert.Contains(acknowledged, line => line[0] == "A");
    }

    [Fact]
    public async Task Open_FileOfAnotherProcess_IsRefusedAndNamesTheFile()
    {
        await using var store = await _file.OpenAsync();
        using var second = StartWriter();

        var error = await second.StandardError.ReadToEndAsync(Ct);
        await second.WaitForExitAsync(Ct);

        Assert.Equal(3, second.ExitCode);
        Assert.Contains(_file.Path, error, StringComparison.Ordinal);
    }

    private async Task<List<string[]>> WriteUntilKilledAsync(int acknowledgements, bool byItself)
    {
        // From outside the signal comes at any moment; from inside right behind the acknowledgement.
        using var writer = StartWriter(byItself ? acknowledgements : int.MaxValue);
        var lines = new List<string[]>();
        while (await writer.StandardOutput.ReadLineAsync(Ct) is { } line)
        {
            if (line.EndsWith(" .", StringComparison.Ordinal))
            {
                lines.Add(line.Split(' '));
            }

            if (lines.Count == acknowledgements && !byItself)
            {
                writer.Kill(); // SIGKILL; what was printed before is still read
            }
        }

        await writer.WaitForExitAsync(Ct);
        Assert.True(lines.Count >= acknowledgements, await writer.StandardError.ReadToEndAsync(Ct));
        return lines;
    }

    private async Task VerifyAsync(List<string[]> acknowledged)
    {
        await using var store = await _file.OpenAsync();
        var log = new Dictionary<(string Shard, long Number), string>();
        var accounts = new Dictionary<(string Account, long Sequence), string>();
        for (var i = 0; i < 4; i++)
        {
            // Reading fails for a record that is torn, or missing between others.
            var records = await store.ReadAsync(i, 0, int.MaxValue, Ct);
            Assert.Equal(records.Count, await store.ReadHeadAsync(i, Ct));
            foreach (var record in records)
            {
                log.Add(($"{record.Shard}", record.Number), record.EventId);
            }

            foreach (var record in await store.ReadAsync($"rep/{i}", 0, int.MaxValue, Ct))
            {
                accounts.Add((record.Account, record.Sequence), Encoding.UTF8.GetString(record.Payload.Span));
            }
        }

        foreach (var line in acknowledged)
        {
            var number = long.Parse(line[2], CultureInfo.InvariantCulture);
            var found = line[0] == "L" ? log[(line[1], number)] : accounts[(line[1], number)];
            Assert.Equal(line[0] == "L" ? line[3] : $"{line[1]} {number}", found);
        }
    }

    private Process StartWriter(int acknowledgements = int.MaxValue)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && IsDotnet(host) ? host : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "Commission.Storage.Crash.dll"),
                _file.Path,
                acknowledgements.ToString(CultureInfo.InvariantCulture),
            },
        };
        return Process.Start(start)!;
    }

    private static bool IsDotnet(string path) => Path.GetFileNameWithoutExtension(path) == "dotnet";
}
