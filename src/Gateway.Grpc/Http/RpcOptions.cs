namespace Commission.Gateway.Grpc.Http;

/// <summary>The limits of the protocols.</summary>
public sealed record RpcOptions
{
    /// <summary>The largest request message in bytes, decompressed; larger ones are RESOURCE_EXHAUSTED.</summary>
    public int MaxMessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Bytes of requests over 64 KiB that may be in memory at a time, of all callers together; one more such request is
    /// RESOURCE_EXHAUSTED, and may be sent again.
    /// </summary>
    public long MaxRequestBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Responses larger than this many bytes are compressed if the caller accepts gzip.</summary>
    public int CompressAboveBytes { get; init; } = 1024;

    /// <summary>A response stream is flushed once this many bytes wait, even if more messages are ready.</summary>
    public int FlushAboveBytes { get; init; } = 32 * 1024;

    /// <summary>How deeply JSON may be nested.</summary>
    public int MaxJsonDepth { get; init; } = 64;
}
