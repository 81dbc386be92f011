using System.Text;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Google.Protobuf;

namespace Commission.Mapping;

/// <summary>What a logged event is of: all that is asked of most, and read without the rest of it.</summary>
/// <param name="Deal">The source's id of the deal.</param>
/// <param name="Version">The deal's version in the source; 0: not known.</param>
internal readonly record struct EventHead(string Deal, long Version)
{
    /// <summary>Of an event's bytes; null where it has no deal.</summary>
    /// <exception cref="InvalidProtocolBufferException">They are no event.</exception>
    public static EventHead? Of(ReadOnlySpan<byte> payload)
    {
        var request = WireFields.Only(payload, LoggedEvent.RequestFieldNumber);
        var deal = WireFields.Only(request, RecordRequest.DealFieldNumber);
        var id = WireFields.Only(deal, Contracts.V1.Deal.Deal_FieldNumber);
        return id.IsEmpty ? Parsed(payload) : new EventHead(Encoding.UTF8.GetString(id), VersionOf(request));
    }

    /// <summary>The bytes of an event's deal; empty where they are not found without parsing.</summary>
    public static ReadOnlySpan<byte> DealOf(ReadOnlySpan<byte> payload) => WireFields.Only(
        WireFields.Only(payload, LoggedEvent.RequestFieldNumber), RecordRequest.DealFieldNumber);

    private static long VersionOf(ReadOnlySpan<byte> request)
    {
        var version = 0L;
        var fields = new WireFields(request);
        while (fields.Next())
        {
            version = fields.Number == RecordRequest.VersionFieldNumber ? fields.Scalar : version;
        }

        return version;
    }

    private static EventHead? Parsed(ReadOnlySpan<byte> payload) =>
        LoggedEvent.Parser.ParseFrom(payload).Request is { Deal: { } deal } request
            ? new EventHead(deal.Deal_, request.Version)
            : null;
}
