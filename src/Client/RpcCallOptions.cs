namespace Commission.Client;

/// <summary>What one call may ask for beyond its request.</summary>
public sealed record RpcCallOptions
{
    /// <summary>How long to wait; after that the call fails with DEADLINE_EXCEEDED. Null waits forever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Request metadata: lower-case names; values of `-bin` names in base64.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <summary>Whether request messages are compressed with gzip.</summary>
    public bool Gzip { get; init; }

    /// <summary>
    /// How often a unary call that was refused as RESOURCE_EXHAUSTED, and told for how long, is sent again after that
    /// time; never beyond <see cref="Timeout"/>. Default 5.
    /// </summary>
    public int OverloadRetries { get; init; } = 5;

    /// <summary>Filled with the response's metadata as it comes, if given.</summary>
    public ReceivedMetadata? Received { get; init; }
}

/// <summary>The metadata of one response.</summary>
public sealed class ReceivedMetadata
{
    /// <summary>What came before the first message.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; internal set; } = [];

    /// <summary>What came after the last message; empty until then.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Trailers { get; internal set; } = [];

    /// <summary>The first value of a name among headers and trailers, or null.</summary>
    public string? Find(string name) =>
        Headers.Concat(Trailers).FirstOrDefault(e => e.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
