using Google.Protobuf;

namespace Commission.Gateway.Grpc;

/// <summary>How much of a refusal is sent: to many clients, more than 8 KiB of headers is a protocol error.</summary>
internal static class StatusLimits
{
    /// <summary>The most of a message, in bytes after percent-encoding.</summary>
    public const int MessageBytes = 1024;

    private const int DetailBytes = 4096;
    private const int JsonDetailBytes = 1024 * 1024;

    /// <summary>The message, cut where it is longer than is sent.</summary>
    public static string Cut(string message)
    {
        var bytes = 0;
        var length = 0;
        foreach (var rune in message.EnumerateRunes())
        {
            bytes += rune.Value is >= ' ' and <= '~' and not '%' ? 1 : 3 * rune.Utf8SequenceLength;
            if (bytes > MessageBytes)
            {
                return string.Concat(message.AsSpan(0, length), "...");
            }

            length += rune.Utf16SequenceLength;
        }

        return message;
    }

    /// <summary>The details that go into JSON: a body has room for more than headers, but not for anything.</summary>
    public static IEnumerable<IMessage> JsonDetails(RpcError error)
    {
        var left = JsonDetailBytes;
        return error.Details.TakeWhile(detail => (left -= detail.CalculateSize()) >= 0);
    }

    /// <summary>What goes into grpc-status-details-bin: as many of the details as fit, the first ones first.</summary>
    public static byte[] Details(RpcError error)
    {
        var status = error.ToStatus();
        status.Message = Cut(status.Message);
        while (status.CalculateSize() > DetailBytes && status.Details.Count > 0)
        {
            status.Details.RemoveAt(status.Details.Count - 1);
        }

        return status.ToByteArray();
    }
}
