using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Storage;

namespace Commission.Grains.Shards;

/// <summary>What a replay has to know of an event to see whether it is credited, read without the rest of it.</summary>
/// <param name="Record">The event as it was logged.</param>
/// <param name="Account">The account of its deal.</param>
/// <param name="Version">The deal's version in the source; 0: not known.</param>
internal sealed record LoggedHead(LogRecord Record, string Account, long Version)
{
    /// <summary>Its number in its shard.</summary>
    public long Number => Record.Number;

    /// <summary>Of a record of the log.</summary>
    public static LoggedHead Of(LogRecord record)
    {
        var head = EventHead.Of(record.Payload.Span)
            ?? throw new InvariantException($"event {record.Number} of shard {record.Shard} has no deal");
        return new LoggedHead(
            record, DealGrain.AccountOf(GrainKeys.Of(record.Tenant, head.Deal)), head.Version);
    }

    /// <summary>Shard and number of a recorded position.</summary>
    public static (int Shard, long Number) PositionOf(ReadOnlySpan<byte> message)
    {
        var (shard, number) = (0, 0L);
        var position = new WireFields(message);
        while (position.Next())
        {
            switch (position.Number)
            {
                case Position.ShardFieldNumber:
                    shard = (int)position.Scalar;
                    break;
                case Position.NumberFieldNumber:
                    number = position.Scalar;
                    break;
                default:
                    break;
            }
        }

        Invariant.Holds(position.IsAtEnd, $"a recorded position is one of {message.Length} bytes that can't be read");
        return (shard, number);
    }
}
