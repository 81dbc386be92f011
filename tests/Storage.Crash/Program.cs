using System.Diagnostics;
using System.Globalization;
using Commission.Storage;
using Microsoft.Extensions.Logging.Abstractions;

// Writes to the store named by the first argument until it is killed, and prints each acknowledgement:
// "L shard number eventId ." or "A account sequence ." The point at the end tells a whole line from a torn one.
// With a second argument it kills itself right after so many acknowledgements.
using var self = Process.GetCurrentProcess();
var remaining = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : int.MaxValue;
try
{
    var options = new SqliteStoreOptions { Path = args[0], CheckpointPages = 50 };
    await using var store = await SqliteStore.OpenAsync(options, NullLogger.Instance, CancellationToken.None);
    var writers = Enumerable.Range(0, 4).SelectMany(i => new[] { LogAsync(store, i), LedgerAsync(store, $"rep/{i}") });
    await Task.WhenAll(writers);
    return 0;
}
catch (StoreInUseException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 3;
}

async Task LogAsync(SqliteStore store, int shard)
{
    var head = await store.ReadHeadAsync(shard, CancellationToken.None);
    while (true)
    {
        var entries = Enumerable.Range(1, 3).Select(i => Event($"{shard}-{head + i}")).ToList();
        var result = await store.AppendAsync(shard, head, entries, CancellationToken.None);
        var accepted = (LogAppendResult.Accepted)result;
        foreach (var entry in accepted.Entries)
        {
            Report($"L {shard} {entry.Position.Number} {shard}-{entry.Position.Number} .");
        }

        head = accepted.Head;
    }
}

async Task LedgerAsync(SqliteStore store, string account)
{
    var last = await store.ReadLastAsync(account, CancellationToken.None);
    for (var sequence = last?.Sequence ?? 0; ;)
    {
        ReadOnlyMemory<byte> payload = System.Text.Encoding.UTF8.GetBytes($"{account} {sequence + 1}");
        var result = await store.AppendAsync(account, sequence, [payload], CancellationToken.None);
        sequence = ((LedgerAppendResult.Appended)result).Sequence;
        Report($"A {account} {sequence} .");
    }
}

static LogEntry Event(string id)
{
    var content = System.Text.Encoding.UTF8.GetBytes(id);
    var hash = System.Security.Cryptography.SHA256.HashData(content);
    return new("acme", id, hash, content, DateTimeOffset.UnixEpoch);
}

void Report(string line)
{
    lock (Console.Out)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
        if (--remaining == 0)
        {
            self.Kill(); // SIGKILL: nothing is closed or flushed
        }
    }
}
