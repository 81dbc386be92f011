namespace Commission.Client;

/// <summary>How a channel connects.</summary>
public sealed record RpcChannelOptions
{
    /// <summary>The largest response message accepted, in bytes after decompression.</summary>
    public int MaxMessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Whether to tell the server that gzip is accepted.</summary>
    public bool AcceptGzip { get; init; } = true;

    /// <summary>A bearer token that every call carries; empty: none.</summary>
    public string Token { get; init; } = "";

    /// <summary>For waiting before a call is sent again.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The handler to send with; null for one made for gRPC. The channel disposes it.</summary>
    public HttpMessageHandler? Handler { get; init; }
}
