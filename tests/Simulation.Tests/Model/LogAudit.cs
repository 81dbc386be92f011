using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Simulation.Tests.Disk;
using Commission.Simulation.Tests.Running;

namespace Commission.Simulation.Tests.Model;

/// <summary>What is on the disk against what the clients know.</summary>
internal static class LogAudit
{
    /// <summary>Every acknowledged event is logged once, at its position; every logged one was sent.</summary>
    /// <returns>The log: the events of each shard in order.</returns>
    public static async Task<List<RecordRequest>> CheckAsync(SimulatedDisk disk, Known known)
    {
        var log = new List<RecordRequest>();
        var found = new Dictionary<string, (int Shard, long Number)>(StringComparer.Ordinal);
        for (var shard = 0; shard < Process.Shards; shard++)
        {
            foreach (var record in await disk.Durable.ReadAsync(shard, 0, int.MaxValue, default))
            {
                var request = LoggedEvent.Parser.ParseFrom(record.Payload.Span).Request;
                Check(record.Number == log.Count(one => ShardOf(one) == shard) + 1, $"{shard} has a gap");
                Check(ShardOf(request) == shard, $"{request.EventId} is in shard {shard}");
                Check(found.TryAdd(request.EventId, (shard, record.Number)), $"{request.EventId} is there twice");
                Check(known.Events.GetValueOrDefault(request.EventId)?.Equals(request) == true,
                    $"{request.EventId} is not as it was sent");
                log.Add(request);
            }
        }

        foreach (var (id, position) in known.Positions)
        {
            Check(found.TryGetValue(id, out var actual) && actual == position,
                $"{id} was acknowledged at {position} and is at {actual}");
        }

        return log;
    }

    /// <summary>What stands of each deal: the last event that is not older than one before it.</summary>
    public static List<Deal> Standing(IEnumerable<RecordRequest> log)
    {
        var latest = new Dictionary<string, (long Version, Deal Deal)>(StringComparer.Ordinal);
        foreach (var request in log)
        {
            var version = latest.GetValueOrDefault(request.Deal.Deal_).Version;
            if (request.Version == 0 || request.Version >= version)
            {
                latest[request.Deal.Deal_] = (Math.Max(version, request.Version), request.Deal);
            }
        }

        return [.. latest.Values.Select(entry => entry.Deal)];
    }

    private static int ShardOf(RecordRequest request) =>
        Contracts.Grains.GrainKeys.ShardOf(Process.Tenant, request.Deal.Deal_, Process.Shards);

    private static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new SimulationFailure($"The log: {what}.");
        }
    }
}
