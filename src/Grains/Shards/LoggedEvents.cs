using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Storage;

namespace Commission.Grains.Shards;

/// <summary>Reads events back from the deal log.</summary>
internal static class LoggedEvents
{
    /// <summary>The event of a record, with its position.</summary>
    public static LoggedEvent Read(LogRecord record)
    {
        var logged = LoggedEvent.Parser.ParseFrom(record.Payload.Span);
        logged.Position = new Position { Shard = record.Shard, Number = record.Number };
        return logged;
    }

    /// <summary>The event at a position.</summary>
    /// <exception cref="InvariantException">There is none: a position always comes from the log.</exception>
    public static async Task<LoggedEvent> ReadAtAsync(this IDealLog log, Position position)
    {
        var records = await log.ReadAsync(position.Shard, position.Number - 1, 1, CancellationToken.None);
        Invariant.Holds(records.Count == 1, $"shard {position.Shard} has no event {position.Number}");
        return Read(records[0]);
    }
}
