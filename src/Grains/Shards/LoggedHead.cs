using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Journals;
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
        var logged = new WireReader(record.Payload.Span);
        while (logged.Next())
        {
            if (logged.Field == LoggedEvent.RequestFieldNumber)
            {
                return Of(record, logged.Bytes());
            }

            logged.Skip();
        }

        throw new InvariantException($"event {record.Number} of shard {record.Shard} says nothing");
    }

    /// <summary>Shard and number of a recorded position.</summary>
    public static (int Shard, long Number) PositionOf(ReadOnlySpan<byte> message)
    {
        var (shard, number) = (0, 0L);
        var position = new WireReader(message);
        while (position.Next())
        {
            switch (position.Field)
            {
                case Position.ShardFieldNumber:
                    shard = (int)position.Number();
                    break;
                case Position.NumberFieldNumber:
                    number = position.Number();
                    break;
                default:
                    position.Skip();
                    break;
            }
        }

        return (shard, number);
    }

    private static LoggedHead Of(LogRecord record, ReadOnlySpan<byte> message)
    {
        var (version, deal) = (0L, "");
        var request = new WireReader(message);
        while (request.Next())
        {
            switch (request.Field)
            {
                case RecordRequest.VersionFieldNumber:
                    version = request.Number();
                    break;
                case RecordRequest.DealFieldNumber:
                    deal = IdOf(request.Bytes());
                    break;
                default:
                    request.Skip();
                    break;
            }
        }

        return new LoggedHead(record, $"deal/{record.Tenant}/{deal}", version);
    }

    private static string IdOf(ReadOnlySpan<byte> message)
    {
        var deal = new WireReader(message);
        while (deal.Next())
        {
            if (deal.Field == Deal.Deal_FieldNumber)
            {
                return deal.Text();
            }

            deal.Skip();
        }

        return "";
    }
}
