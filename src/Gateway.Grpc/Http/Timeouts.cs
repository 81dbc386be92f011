namespace Commission.Gateway.Grpc.Http;

/// <summary>The `grpc-timeout` header: up to eight digits and a unit.</summary>
internal static class Timeouts
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>How long the caller waits (at most ten years, rounded up to 100 ns); null without the header.</summary>
    /// <exception cref="RpcError">INVALID_ARGUMENT if the header is malformed.</exception>
    public static TimeSpan? Parse(string? header)
    {
        if (header is null)
        {
            return null;
        }

        if (header.Length is < 2 or > 9 || header.AsSpan(0, header.Length - 1).ContainsAnyExceptInRange('0', '9'))
        {
            throw Malformed(header);
        }

        var value = long.Parse(header.AsSpan(0, header.Length - 1), provider: null);
        var ticks = header[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => (value + 99) / 100,
            _ => throw Malformed(header),
        };
        return ticks > Longest.Ticks ? Longest : TimeSpan.FromTicks(ticks);
    }

    private static RpcError Malformed(string header) =>
        RpcError.Invalid($"The timeout '{header}' is not 1 to 8 digits and one of H, M, S, m, u, n.");
}
