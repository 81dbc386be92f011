using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Storage;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Grains.History;

/// <summary>Reads the moments that questions about the past name.</summary>
/// <param name="log">Where positions lead.</param>
/// <param name="time">Says which moments are past.</param>
/// <param name="settings">How many shards there are.</param>
/// <param name="tenant">Who asks: others' events are none.</param>
internal sealed class LogMoments(IDealLog log, TimeProvider time, GrainSettings settings, string tenant)
{
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;

    /// <summary>Of a moment that names nothing.</summary>
    public static Refusal NoMoment { get; } = Refuse("as_of", "Expected a sequence, a position or a time.");

    /// <summary>The event at a position.</summary>
    public async Task<Answer<LogRecord>> EventAtAsync(Position position, CancellationToken cancellation)
    {
        if (position.Shard < 0 || position.Shard >= settings.Shards)
        {
            return Refuse("as_of.position.shard",
                $"There is no shard {position.Shard}: expected 0 to {settings.Shards - 1}.");
        }

        var logged = position.Number < 1 ? [] :
            await log.ReadAsync(position.Shard, position.Number - 1, 1, cancellation);
        if (logged.Count > 0 && logged[0].Tenant == tenant)
        {
            return logged[0];
        }

        var head = await log.ReadHeadAsync(position.Shard, cancellation);
        return Refuse("as_of.position.number",
            $"Shard {position.Shard} has no event {position.Number} of yours; its last is {head}.");
    }

    /// <summary>A time in milliseconds since 1970 UTC; or why it is none that was.</summary>
    public Refusal? MillisecondOf(Timestamp moment, out long milliseconds)
    {
        milliseconds = 0;
        if (moment.Seconds is < FirstSecond or > LastSecond || moment.Nanos is < 0 or > 999_999_999)
        {
            return Refuse("as_of.time", "This is no time of the years 1 to 9999.");
        }

        var now = time.GetUtcNow();
        milliseconds = (moment.Seconds * 1000) + (moment.Nanos / 1_000_000);
        return milliseconds > now.ToUnixTimeMilliseconds()
            ? Refuse("as_of.time", $"This time has not come yet: it is {now:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}.")
            : null;
    }

    private static Refusal Refuse(string field, string message) => new(RefusalReason.InvalidField, field, message);
}
